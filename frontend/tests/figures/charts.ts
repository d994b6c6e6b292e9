import type { Page } from 'playwright/test'
import type { Owner } from '../e2e/owner'
import type { Script } from './fill'
import { quantile, type Report } from './report'

/** Points of each line of the large chart. */
const points = Number(process.env['VARVE_FIGURES_POINTS'] ?? 1_000_000)
const lines = 10
const batch = 1000

/** Charts of many runs: a large one until it is painted, and the page while runs log as fast as they can. */
export async function charts(page: Page, owner: Owner, script: Script, report: Report): Promise<void> {
  report.progress(`${lines} runs of ${points.toLocaleString('en')} points …`)
  await paints(page, await large(script), report)
  report.progress('20 runs at full speed …')
  await keepsUp(page, owner, script, report)
}

/** An experiment of few runs with very long curves. */
async function large(script: Script): Promise<string> {
  const { experiment_id } = await script.post<{ experiment_id: string }>('experiments/create', { name: 'sediment/long' })
  const start = Date.now() - points
  const one = async (n: number) => {
    const id = await script.run(experiment_id, `long-${n}`, start)
    for (let from = 0; from < points; from += batch) {
      const metrics = Array.from({ length: Math.min(batch, points - from) }, (_, i) => {
        const step = from + i
        return { key: 'loss', value: Math.exp((-4 * step) / points) + n / 20 + ((step * 7919) % 101) / 2000, step, timestamp: start + step }
      })
      await script.post('runs/log-batch', { run_id: id, metrics })
    }
    await script.post('runs/update', { run_id: id, status: 'FINISHED', end_time: start + points })
  }
  await Promise.all(Array.from({ length: lines }, (_, n) => one(n)))
  return experiment_id
}

/** From the address until the lines are on screen: the first time with all that charts need, then as one goes on working. */
async function paints(page: Page, experiment: string, report: Report): Promise<void> {
  const all: number[] = []
  for (let i = 0; i < 6; i++) {
    await page.evaluate(() => (location.hash = '#/home'))
    await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Home')
    await page.waitForTimeout(400)
    const took = await page.evaluate(async (id) => {
      const begin = performance.timeOrigin + performance.now()
      location.hash = `#/runs?experiment=${id}&charts=page`
      const end = await window.probe.painted(() => [...document.querySelectorAll('[data-card]')].some((card) => card.querySelector('canvas') !== null && (card.querySelector('[role=img]')?.getAttribute('aria-label') ?? '').includes('goes from')))
      return end - begin
    }, experiment)
    all.push(took)
  }
  const [first = NaN, ...later] = all
  report.ms(`a chart of ${lines} runs × ${points.toLocaleString('en')} points painted, the first one of the window`, first)
  report.ms(`a chart of ${lines} runs × ${points.toLocaleString('en')} points painted, median of ${later.length}`, quantile(later, 0.5), 300)
}

/** Frames of the page of charts while runs log one point after the other, each as soon as the last one was acknowledged. */
async function keepsUp(page: Page, owner: Owner, script: Script, report: Report): Promise<void> {
  const { experiment_id } = await script.post<{ experiment_id: string }>('experiments/create', { name: 'sediment/live' })
  const ids: string[] = []
  for (let n = 0; n < 20; n++) ids.push(await script.run(experiment_id, `live-${n}`, Date.now()))
  const log = (id: string, step: number) => script.post('runs/log-metric', { run_id: id, key: 'loss', value: 1 / (step + 1), step, timestamp: Date.now() })
  await Promise.all(ids.flatMap((id) => [0, 1].map((step) => log(id, step))))
  await page.goto(`${owner.address}/#/runs?experiment=${experiment_id}&charts=page`)
  await page.waitForFunction(() => document.querySelector('[data-card] canvas') !== null)
  await page.waitForTimeout(1500)

  let on = true
  let acknowledged = 0
  let asked = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/charts/draw')) asked++
  })
  const logging = ids.map(async (id) => {
    for (let step = 2; on; step++) {
      await log(id, step)
      acknowledged++
    }
  })
  await page.evaluate(() => Object.assign(window, { stopFrames: window.probe.frames() }))
  const seconds = 10
  await page.waitForTimeout(seconds * 1000)
  const frames = await page.evaluate(() => (window as unknown as { stopFrames: () => number[] }).stopFrames())
  on = false
  await Promise.all(logging)
  report.say('20 runs logging at full speed', `${Math.round(acknowledged / seconds).toLocaleString('en')} points a second, ${(asked / seconds).toFixed(1)} charts asked for a second`)
  report.ms(`frame meanwhile, median of ${frames.length}`, quantile(frames, 0.5))
  report.ms('frame meanwhile, 95 of 100 within', quantile(frames, 0.95), 50)
  report.ms('frame meanwhile, worst', Math.max(...frames))
}
