import { execFile } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test, type Browser, type Page } from 'playwright/test'
import { Owner } from '../e2e/owner'
import { install } from './probe'
import { quantile, Report } from './report'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const runs = Number(process.env['VARVE_FIGURES_WIDE_RUNS'] ?? 100_000)
const width = 200
const report = new Report()

/** A frame of a screen with sixty of them a second. */
const frame = 1000 / 60

test('a table of many runs and columns in figures', async ({ browser }) => {
  report.progress(`filling a workspace with ${runs.toLocaleString('en')} runs of ${width} columns …`)
  const half = String(width / 2)
  const owner = await Owner.start(async (workspace) => {
    const shape = ['-runs', String(runs), '-params', half, '-metrics', half, '-points', String((runs * width) / 2)]
    await promisify(execFile)('go', ['run', './build/bench/fill', '-dir', workspace, ...shape], { cwd: root })
  })
  try {
    report.say('load average before', (loadavg()[0] ?? NaN).toFixed(1))
    report.progress('the start …')
    const page = await starts(browser, owner)
    report.progress('coming from another page …')
    await comes(page)
    report.progress('sorting …')
    await sorts(page)
    report.progress('scrolling …')
    await scrolls(page)
    report.say('machine', `${cpus().length} cores; load average after: ${(loadavg()[0] ?? NaN).toFixed(1)}`)
    report.print()
  } finally {
    await owner.close()
  }
})

/** Names alone are no rows: a figure must stand in the first. */
const filled = () => /\d/.test(document.querySelector('[data-row="0"] [data-column^="metrics."], [data-row="0"] [data-column^="params."]')?.textContent ?? '')

/** The rows on screen from the navigation on, the pages in the cache; the last page stays open. */
async function starts(browser: Browser, owner: Owner): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  await install(page)
  await page.goto(await owner.link())
  await page.waitForFunction(() => document.querySelector('[data-row="0"] a') !== null)
  // What the machine and its browser take for nothing at all.
  const empty: number[] = []
  for (let i = 0; i < 7; i++) {
    await page.goto('about:blank')
    await page.goto(`${owner.address}/icon.svg`, { waitUntil: 'commit' })
    const shown = await page.evaluate(() => window.probe.painted(() => true))
    empty.push(shown - (await page.evaluate(() => performance.timeOrigin)))
    await page.waitForTimeout(300)
  }
  report.ms('for comparison, a picture instead of the pages, from the navigation, median of 7', quantile(empty, 0.5))
  const rows: number[] = []
  for (let i = 0; i < 7; i++) {
    await page.goto('about:blank')
    // The probe looks from the first frame on, not only when everything has come.
    await page.goto(`${owner.address}/#/runs`, { waitUntil: 'commit' })
    const shown = await painted(page)
    rows.push(shown - (await page.evaluate(() => performance.timeOrigin)))
    // People look at a table for a while, and what stands around the rows comes then.
    await page.waitForTimeout(4000)
  }
  report.spread(`first rows of ${runs.toLocaleString('en')} runs and ${width} columns on screen, from the navigation`, rows, 300)
  return page
}

function painted(page: Page): Promise<number> {
  return page.evaluate(`window.probe.painted(${String(filled)})`)
}

/** The rows on screen from the click on the experiment in the rail on, as somebody comes who works elsewhere. */
async function comes(page: Page): Promise<void> {
  const all: number[] = []
  const experiment = page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: /^grid/ })
  for (let i = 0; i < 7; i++) {
    // The table holds other runs meanwhile, and another page is open.
    await page.evaluate(() => (location.hash = '/runs'))
    await page.waitForFunction(filled)
    await page.evaluate(() => (location.hash = '/'))
    await page.waitForFunction(() => document.querySelector('.grid') === null)
    await page.waitForTimeout(600)
    await experiment.click()
    const shown = await painted(page)
    // The first one finds a table that was never seen.
    if (i > 0) all.push(shown - (await page.evaluate(() => window.probe.at['click'] ?? NaN)))
    else report.ms('first rows of an experiment that was never looked at, from the click in the rail', shown - (await page.evaluate(() => window.probe.at['click'] ?? NaN)))
  }
  report.spread('first rows of the experiment on screen, from the click in the rail', all, 300)
}

/** From the click on a head until the rows stand in another order. */
async function sorts(page: Page): Promise<void> {
  const all: number[] = []
  // Params stand before metrics: the table is moved until these are seen.
  const heads = page.locator('[role=columnheader][data-column^="metrics."]')
  for (let i = 0; (await heads.count()) < 4; i++) {
    if (i === 100) throw new Error('the table has no metrics')
    await page.evaluate(() => document.querySelector('.grid')?.scrollBy(400, 0))
    await page.waitForTimeout(100)
  }
  await page.waitForTimeout(600)
  const columns = await heads.evaluateAll((some) => some.slice(0, 4).map((e) => (e as HTMLElement).dataset['column'] ?? ''))
  for (const column of columns) {
    for (let turn = 0; turn < 2; turn++) {
      const before = await page.evaluate(() => window.probe.rows())
      await page.locator(`[role=columnheader][data-column="${column.replaceAll('"', '\\"')}"]`).click({ position: { x: 30, y: 12 } })
      const end = await page.evaluate((was) => window.probe.painted(() => !['', was].includes(window.probe.rows())), before)
      all.push(end - (await page.evaluate(() => window.probe.at['click'] ?? NaN)))
      await page.waitForTimeout(300)
    }
  }
  report.spread('sort by a metric, from the click until the rows are on screen', all, 100)
}

/** Frames while the table moves by so many pixels in each, as a hand does that holds the bar. */
async function scrolls(page: Page): Promise<void> {
  for (const [name, x, y] of [
    ['reading down, 40 px a frame', 0, 40],
    ['hurrying down, 280 px a frame', 0, 280],
    ['rushing down, 9,000 px a frame', 0, 9000],
    ['to the right, 60 px a frame', 60, 0],
  ] as const) {
    const all = await page.evaluate(
      ([dx, dy]) =>
        new Promise<number[]>((done) => {
          const grid = document.querySelector('.grid')
          const times: number[] = []
          let last = 0
          const step = (time: number) => {
            if (last > 0) times.push(time - last)
            last = time
            grid?.scrollBy(dx, dy)
            if (times.length < 240) requestAnimationFrame(step)
            else done(times)
          }
          requestAnimationFrame(step)
        }),
      [x, y] as const,
    )
    report.ms(`frame while ${name}, median of ${all.length}`, quantile(all, 0.5), Math.ceil(frame))
    report.ms(`frame while ${name}, 95 of 100 within`, quantile(all, 0.95))
    const empty = await page.evaluate(() => document.querySelectorAll('.grid-line .grid-bar').length)
    report.say(`cells that were still to come when it stopped, ${name}`, String(empty))
    await page.evaluate(() => document.querySelector('.grid')?.scrollTo(0, 0))
    await page.waitForTimeout(500)
  }
}
