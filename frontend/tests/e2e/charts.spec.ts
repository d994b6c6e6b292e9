import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright/test'
import { Script } from '../figures/fill'
import { expect, test, violations } from './test'

let experiment = ''
const runs: string[] = []
let script: Script

test.beforeAll(async ({ owner }) => {
  script = await Script.of(owner)
  experiment = (await script.post<{ experiment_id: string }>('experiments/create', { name: 'lake/mixing' })).experiment_id
  const now = Date.now()
  for (const [i, rate] of [0.1, 0.2, 0.3, 0.4].entries()) {
    for (const seed of [1, 2]) {
      const start = now - 3600_000 + i * 60_000
      const id = await script.run(experiment, `rate ${rate}, seed ${seed}`, start)
      runs.push(id)
      const points = Array.from({ length: 60 }, (_, step) => ({ key: 'val_loss', value: rate + seed / 100 + 1 / (step + 1), step, timestamp: start + step * 1000 }))
      const params = [['rate', rate], ['seed', seed], ['depth', 3 + (i % 2)]].map(([key, value]) => ({ key, value: String(value) }))
      await script.post('runs/log-batch', { run_id: id, params, metrics: [...points, { key: 'test_rmse', value: rate * 2 + seed / 100, step: 0, timestamp: start }] })
      await script.post('runs/update', { run_id: id, status: 'FINISHED', end_time: start + 70_000 })
    }
  }
})

async function clean(page: Page) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page)).toEqual([])
  }
}

const board = (page: Page) => page.getByRole('region', { name: 'Charts of these runs' })

/** How wide a chart is in a board that is being kept. */
function widthOf(title: string, body: string | null): number | undefined {
  const { value } = JSON.parse(body ?? '{}') as { value?: string }
  const { charts = [] } = JSON.parse(value ?? '{}') as { charts?: { spec: { title?: string }; width: number }[] }
  return charts.find((chart) => chart.spec.title === title)?.width
}

async function openBoard(page: Page, address: string) {
  await page.goto(`${address}/#/runs?experiment=${experiment}&charts=page`)
  await expect(board(page).getByRole('img').first()).toBeVisible()
}

test('charts stand above the table, tell what they show, and can be put away', async ({ pages, owner }) => {
  await pages.goto(`${owner.address}/#/runs?experiment=${experiment}`)
  const strip = pages.getByRole('region', { name: 'Charts', exact: true })
  await expect(strip.getByRole('img', { name: /val_loss|test_rmse/ }).first()).toBeVisible()
  await expect(strip.getByText(/^What moved/)).toBeVisible()
  await clean(pages)
  await pages.getByRole('button', { name: 'Charts', exact: true }).click()
  await pages.getByRole('menuitem', { name: /No charts/ }).click()
  await expect(strip).toHaveCount(0)
  await pages.getByRole('button', { name: 'Charts', exact: true }).click()
  await pages.getByRole('menuitem', { name: /On a page of their own/ }).click()
  await expect(board(pages).getByRole('img').first()).toBeVisible()
  await pages.goBack()
  await expect(pages.getByRole('grid')).toBeVisible()
})

test('a chart is added, moved by keys and taken away; all of it is kept, and can be taken back', async ({ pages, owner }) => {
  await openBoard(pages, owner.address)
  await clean(pages)
  const before = await board(pages).locator('[data-card]').count()
  await pages.getByRole('button', { name: 'Chart', exact: true }).click()
  const sheet = pages.getByRole('dialog', { name: 'A new chart' })
  await sheet.getByLabel('Kind').selectOption('histogram')
  await sheet.getByLabel('Values').selectOption('metrics.test_rmse')
  await sheet.getByLabel(/^Title/).fill('How good they are')
  await clean(pages)
  await sheet.getByRole('button', { name: 'Add chart' }).click()
  const mine = board(pages).locator('[data-card]').filter({ hasText: 'How good they are' })
  await expect(mine).toBeVisible()
  await expect(board(pages).locator('[data-card]')).toHaveCount(before + 1)

  await mine.getByRole('button', { name: /^Move / }).press('ArrowLeft')
  await expect(board(pages).locator('[data-card]').nth(before - 1)).toContainText('How good they are')
  const kept = pages.waitForResponse((answer) => answer.request().method() === 'PUT' && widthOf('How good they are', answer.request().postData()) === 2)
  await mine.getByRole('button', { name: /^Size of / }).press('ArrowRight')
  await expect(mine).toHaveCSS('grid-column-start', 'span 2')

  // Another look at the same experiment shows the same charts.
  await kept
  await pages.reload()
  await expect(mine).toBeVisible()
  await expect(mine).toHaveCSS('grid-column-start', 'span 2')
  await mine.getByRole('button', { name: /^More for / }).click()
  await pages.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(mine).toHaveCount(0)
  await pages.getByRole('button', { name: 'Undo' }).first().click()
  await expect(mine).toBeVisible()
})

test('arrays that a run logged are histograms over its steps; charts of one metric can have one axis', async ({ pages, owner }) => {
  const place = (await script.post<{ experiment_id: string }>('experiments/create', { name: 'lake/arrays' })).experiment_id
  const only = await script.run(place, 'with weights', Date.now())
  for (const step of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const values = Array.from({ length: 400 }, (_, i) => (Math.sin(i * 12.9898) + Math.sin(i * 78.233) + Math.sin(i * 3.7)) / step + step / 10)
    await script.log(place, only, `weights/layer1_step_${step * 10}.json`, JSON.stringify(values))
  }
  await script.post('runs/log-batch', { run_id: only, metrics: [1, 2, 3].flatMap((step) => ['loss', 'acc'].map((key) => ({ key, value: 1 / step, step, timestamp: Date.now() }))) })
  await pages.goto(`${owner.address}/#/runs?experiment=${place}&charts=page`)
  await pages.getByRole('button', { name: 'Chart', exact: true }).click()
  const sheet = pages.getByRole('dialog', { name: 'A new chart' })
  await sheet.getByLabel('Kind').selectOption('arrays')
  await sheet.getByLabel('Array', { exact: true }).selectOption({ label: 'weights/layer1.json, 8 steps' })
  await expect(sheet.getByText('with weights, 8 steps, share of values')).toBeVisible()
  await clean(pages)
  await sheet.getByRole('button', { name: 'Add chart' }).click()
  const card = board(pages).locator('[data-card]').filter({ hasText: 'weights/layer1.json' })
  await expect(card.getByRole('img')).toBeVisible()
  const same = pages.getByRole('button', { name: 'Same y' })
  await expect(same).toHaveAttribute('aria-pressed', 'false')
  await same.click()
  await expect(same).toHaveAttribute('aria-pressed', 'true')
  await clean(pages)
  await same.click()
})

test('a chart is a table, a picture, numbers, and a page that opens alone', async ({ pages, owner }) => {
  await openBoard(pages, owner.address)
  const card = board(pages).locator('[data-card]').filter({ hasText: 'by step' }).first()
  await expect(card.getByText('every point')).toBeVisible()
  for (const [item, ending, begin] of [['Save as PNG', 'png', '\u0089PNG'], ['Save as SVG', 'svg', '<svg'], ['Save as CSV', 'csv', ''], ['Save as HTML', 'html', '<!']] as const) {
    await card.getByRole('button', { name: /^More for/ }).click()
    const coming = pages.waitForEvent('download')
    await pages.getByRole('menuitem', { name: item }).click()
    const file = await coming
    expect(file.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`))
    const bytes = await readFile(await file.path(), 'latin1')
    expect(bytes.toLowerCase().startsWith(begin.toLowerCase()), bytes.slice(0, 80)).toBe(true)
    if (ending === 'csv') expect(bytes.split('\n').length).toBeGreaterThan(60)
    if (ending === 'html') expect(bytes).not.toMatch(/(src|href)="https?:/)
  }
  await card.getByRole('button', { name: 'Table', exact: true }).click()
  await expect(card.getByRole('region', { name: /as a table/ }).getByRole('row').nth(1)).toBeVisible()
})

test('a chart is zoomed by keys down to every point, and stays there while points come', async ({ pages, owner }) => {
  const live = await script.run(experiment, 'still going', Date.now())
  const log = (from: number, n: number) => script.post('runs/log-batch', { run_id: live, metrics: Array.from({ length: n }, (_, i) => ({ key: 'val_loss', value: 1 + ((from + i) % 7) / 10, step: from + i, timestamp: Date.now() })) })
  for (let from = 0; from < 20_000; from += 1000) await log(from, 1000)
  await pages.goto(`${owner.address}/#/compare?run=${live}&run=${runs[0]}&metric=val_loss`)
  const curves = pages.getByRole('region', { name: 'Curves', exact: true })
  await expect(curves.getByText('thinned: extremes kept')).toBeVisible()
  const plot = curves.getByRole('group', { name: /chart$/ })
  await plot.focus()
  for (let i = 0; i < 8; i++) await pages.keyboard.press('+')
  await expect(curves.getByText('every point')).toBeVisible()
  await expect(curves.getByRole('button', { name: 'Reset zoom' })).toBeVisible()
  await log(20_000, 500)
  await pages.waitForTimeout(800)
  await expect(curves.getByText('every point')).toBeVisible()
  await curves.getByRole('button', { name: 'Reset zoom' }).click()
  await expect(curves.getByText('thinned: extremes kept')).toBeVisible()
})

test('axes of the comparison are moved by keys; runs of all of the experiment are behind', async ({ pages, owner }) => {
  await pages.goto(`${owner.address}/#/compare?${runs.slice(0, 3).map((id) => `run=${id}`).join('&')}`)
  const pane = pages.getByRole('region', { name: /^Parameters to/ })
  await expect(pane.getByRole('img')).toBeVisible()
  const axes = pane.getByRole('group', { name: 'Axes' }).getByRole('button')
  const [first = '', second = ''] = await axes.allInnerTexts()
  await axes.first().press('ArrowRight')
  await expect(axes.nth(1)).toHaveText(first)
  await expect(axes.first()).toHaveText(second)
  await clean(pages)
})
