import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test, type Browser, type Page } from 'playwright/test'
import { Owner, varve } from '../e2e/owner'
import { charts } from './charts'
import { fill, Script } from './fill'
import { install } from './probe'
import { quantile, Report } from './report'

const here = dirname(fileURLToPath(import.meta.url))
const runs = Number(process.env['VARVE_FIGURES_RUNS'] ?? 10_000)
const report = new Report()

test('the pages in figures', async ({ browser }) => {
  const owner = await Owner.start()
  try {
    const script = await Script.of(owner)
    report.progress('filling a workspace …')
    await fill(script, runs)
    report.say('load average before', (loadavg()[0] ?? NaN).toFixed(1))
    report.progress('the start …')
    await starts(browser, owner)
    const page = await opened(browser, owner)
    report.progress('the wheel …')
    await scrolls(page, runs)
    report.progress('sorting and filtering …')
    await orders(page)
    report.progress('Find or do …')
    await finds(page, 'runs')
    await finds(page, 'home')
    report.progress('live points …')
    await lives(page, owner, script)
    await charts(page, owner, script, report)
    await bundle()
    report.say('machine', `${cpus().length} cores; load average after: ${(loadavg()[0] ?? NaN).toFixed(1)}`)
    report.print()
  } finally {
    await owner.close()
  }
})

/** A page of a new browser session at all runs, with the probe in it. */
async function opened(browser: Browser, owner: Owner): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await install(page)
  await page.goto(await owner.link())
  await page.waitForFunction(() => document.querySelector('[data-row="0"] a') !== null)
  return page
}

/** What a person waits for at the start, with nothing cached. */
async function starts(browser: Browser, owner: Owner): Promise<void> {
  const paints: number[] = []
  const rows: number[] = []
  for (let i = 0; i < 5; i++) {
    const page = await opened(browser, owner)
    // The link with its code is spent: what is measured is the page as it opens the next time.
    const session = await page.context().newCDPSession(page)
    await session.send('Network.clearBrowserCache')
    await page.goto('about:blank')
    await page.goto(`${owner.address}/#/runs`)
    const [paint, row] = await page.evaluate(async () => {
      const shown = await window.probe.painted(() => document.querySelector('[data-row="0"] a') !== null)
      const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN
      return [first, shown - performance.timeOrigin] as const
    })
    paints.push(paint)
    rows.push(row)
    await page.context().close()
  }
  report.ms('first paint, from the navigation, nothing cached, median of 5', quantile(paints, 0.5))
  report.ms(`first rows of ${runs.toLocaleString('en')} runs on screen, median of 5`, quantile(rows, 0.5))
}

/** The wheel, through rows that are there and rows that come. */
async function scrolls(page: Page, runs: number): Promise<void> {
  const grid = page.getByRole('grid')
  await page.locator('[data-row="4"]').hover()
  for (const [name, turns, step] of [
    ['reading', 120, 100],
    ['hurrying', 120, 1500],
  ] as const) {
    await page.evaluate(() => {
      const stop = window.probe.frames()
      Object.assign(window, { stopFrames: stop, empty: 0 })
    })
    for (let i = 0; i < turns; i++) await page.mouse.wheel(0, step)
    const all = await page.evaluate(() => (window as unknown as { stopFrames: () => number[] }).stopFrames())
    report.ms(`frame while ${name} the table with the wheel, median of ${all.length}`, quantile(all, 0.5))
    report.ms(`frame while ${name}, 95 of 100 within`, quantile(all, 0.95))
    report.ms(`frame while ${name}, worst`, Math.max(...all))
  }
  // The end is reached by a key, and the rows there come.
  await grid.focus()
  const begin = await press(page, 'Control+End')
  const last = runs - 1
  const end = await page.evaluate((row) => window.probe.painted(() => document.querySelector(`[data-row="${row}"] a`) !== null), last)
  report.ms('Ctrl End, until the last row is on screen', end - begin)
  await page.keyboard.press('Control+Home')
}

/** Presses a key; the answer is when the page heard of it. */
async function press(page: Page, key: string): Promise<number> {
  await page.keyboard.press(key)
  return page.evaluate(() => window.probe.at['keydown'] ?? NaN)
}

/** Sorting and filtering, from the gesture until other rows are on screen. */
async function orders(page: Page): Promise<void> {
  const rows = () => page.evaluate(() => window.probe.rows())
  const shown = async (before: string) => page.evaluate((was) => window.probe.painted(() => !['', was].includes(window.probe.rows())), before)
  const sorts: number[] = []
  const filters: number[] = []
  for (const column of ['test_rmse', 'loss', 'train_rmse', 'test_r2']) {
    const before = await rows()
    await page.getByRole('columnheader', { name: column, exact: true }).click()
    const end = await shown(before)
    sorts.push(end - (await page.evaluate(() => window.probe.at['click'] ?? NaN)))
  }
  report.spread('sort, from the click until the rows are on screen', sorts)
  const field = page.getByLabel('Filter runs')
  for (const filter of ["params.depth = '3'", "metrics.loss < 0.9 and params.alpha = '0.5'", "attributes.status = 'FAILED'", "attributes.run_name LIKE '%77%'", 'metrics.test_r2 > 0.9']) {
    await field.fill(filter)
    const before = await rows()
    const begin = await press(page, 'Enter')
    filters.push((await shown(before)) - begin)
  }
  report.spread('filter, from Enter until the rows are on screen', filters)
  await field.fill('')
  await field.press('Enter')
}

/** Find or do, by real keys. */
async function finds(page: Page, place: 'runs' | 'home'): Promise<void> {
  await page.evaluate((to) => (location.hash = `#/${to}`), place)
  await expect(page.locator('h1')).toHaveText(place === 'runs' ? 'Runs' : 'Home')
  await page.waitForTimeout(500)
  const opens: number[] = []
  const letters: number[] = []
  for (let i = 0; i < 50; i++) {
    const begin = await press(page, 'Control+k')
    opens.push((await page.evaluate(() => window.probe.painted(() => document.querySelector('.palette [role=option]') !== null))) - begin)
    for (const letter of 'varve-0'.slice(0, i % 5 === 0 ? undefined : 0)) {
      const typed = await press(page, letter)
      letters.push((await page.evaluate(() => window.probe.painted(() => true))) - typed)
    }
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => document.querySelector('.palette') === null)
    await page.waitForTimeout(30)
  }
  report.spread(`Find or do at ${place === 'runs' ? 'the table' : 'Home'}, from the key until it is on screen`, opens, 50)
  report.spread('a letter in it, until what it finds is on screen', letters, 50)
}

/** From the acknowledgement of a point until the number, and the line with it, are on screen. */
async function lives(page: Page, owner: Owner, script: Script): Promise<void> {
  /** Follows the label at the end of the line, which is placed when the line is drawn. */
  const follow = async (run: string) => {
    await page.evaluate((id) => (location.hash = `#/runs/${id}`), run)
    await page.waitForFunction(() => document.querySelector('figure .label b') !== null)
    await page.evaluate(() => {
      const seen: Record<string, number> = {}
      Object.assign(window, { seen })
      const watch = () => {
        const text = (document.querySelector('figure .label b')?.textContent ?? '').replace(/\D/g, '')
        if (text !== '' && seen[text] === undefined) {
          const channel = new MessageChannel()
          seen[text] = 0
          channel.port1.onmessage = () => (seen[text] = performance.timeOrigin + performance.now())
          channel.port2.postMessage(0)
        }
        requestAnimationFrame(watch)
      }
      requestAnimationFrame(watch)
    })
  }
  const late = async (acknowledged: ReadonlyMap<string, number>) => {
    const last = [...acknowledged.keys()].at(-1) ?? ''
    await page.waitForFunction((value) => ((window as unknown as { seen: Record<string, number> }).seen[value] ?? 0) > 0, last)
    const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, number> }).seen)
    // A point that came within the same update as the next one was never alone on screen.
    return [...acknowledged].flatMap(([value, at]) => (seen[value] === undefined ? [] : [seen[value] - at]))
  }

  const id = await script.run('0', 'live by a script', Date.now())
  const log = (step: number) => script.post('runs/log-metric', { run_id: id, key: 'level', value: 1000 + step, step, timestamp: Date.now() })
  await log(0)
  await log(1)
  await follow(id)
  const acknowledged = new Map<string, number>()
  for (let step = 2; step < 42; step++) {
    await page.waitForTimeout(400 + ((step * 7919) % 700))
    await log(step)
    acknowledged.set(String(1000 + step), performance.timeOrigin + performance.now())
  }
  report.spread('point of a script on screen after its acknowledgement', await late(acknowledged), 250)

  const project = join(owner.home, 'live')
  await owner.bring('../figures/project', project)
  const gate = join(owner.home, 'gate')
  await writeFile(gate, '')
  const running = spawn(varve, ['run', project, '--env-manager', 'local', '--run-name', 'live by an agent', '-P', `gate=${gate}`], { env: owner.env, cwd: owner.home })
  let said = ''
  running.stdout.on('data', (text: Buffer) => (said += text.toString()))
  let run = ''
  await expect.poll(async () => {
    const found = await script.post<{ runs?: { info: { run_id: string } }[] }>('runs/search', { experiment_ids: ['0'], filter: "attributes.run_name = 'live by an agent' and metrics.level > 1000" })
    return (run = found.runs?.[0]?.info.run_id ?? '')
  }).not.toBe('')
  await follow(run)
  await appendFile(gate, 'go')
  await once(running, 'exit')
  const points = [...(await owner.command('runs', 'log', run)).matchAll(/acknowledged (\d+) ([\d.]+)/g)]
  expect(points.length, said).toBeGreaterThanOrEqual(30)
  report.spread('point of a run’s agent on screen after its acknowledgement', await late(new Map(points.map((m) => [m[1] ?? '', Number(m[2])]))), 250)
}

/** What the pages weigh. */
async function bundle(): Promise<void> {
  const built = resolve(here, '../../../app/webui/files')
  const names = (await readdir(built, { recursive: true, withFileTypes: true })).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name))
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(name) })))
  const weigh = (some: typeof files) => {
    const raw = some.reduce((n, f) => n + f.bytes.length, 0)
    const packed = some.reduce((n, f) => n + (/\.woff2?$|\.png$/.test(f.name) ? f.bytes.length : gzipSync(f.bytes).length), 0)
    return `${(raw / 1024).toFixed(0)} KiB, ${(packed / 1024).toFixed(0)} KiB with gzip`
  }
  const html = files.find((f) => f.name.endsWith('index.html'))?.bytes.toString() ?? ''
  report.say('the pages, all parts', weigh(files))
  report.say('what the first screen needs, without the font', weigh(files.filter((f) => f.name.endsWith('index.html') || html.includes(f.name.split('/').at(-1) ?? '-'))))
}
