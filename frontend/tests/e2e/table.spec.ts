import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright/test'
import { Script } from '../figures/fill'
import { expect, row, test, violations } from './test'

let experiment = ''

test.beforeAll(async ({ owner }) => {
  const script = await Script.of(owner)
  experiment = (await script.post<{ experiment_id: string }>('experiments/create', { name: 'lakes/boosting' })).experiment_id
  const now = Date.now()
  for (let i = 0; i < 12; i++) {
    const lr = [0.02, 0.1][Math.floor(i / 3) % 2] ?? 0
    const depth = i < 6 ? 4 : 8
    const id = await script.run(experiment, `run ${String(i).padStart(2, '0')}`, now - i * 60_000)
    const rmse = 0.5 + lr + depth / 100 + (i % 3) / 1000
    const curve = [0, 1, 2, 3, 4].map((step) => ({ key: 'val_rmse', value: rmse + 1 / (step + 1), step, timestamp: now }))
    await script.post('runs/log-batch', {
      run_id: id,
      metrics: [...curve, { key: 'rmse', value: rmse, step: 0, timestamp: now }],
      params: [['lr', lr], ['depth', depth], ['seed', i % 3], ['loss', 'mse']].map(([key, value]) => ({ key, value: String(value) })),
      tags: i % 4 === 0 ? [{ key: 'team', value: 'sand' }] : [],
    })
    await script.post('runs/update', { run_id: id, status: i === 5 ? 'FAILED' : 'FINISHED', end_time: now })
  }
})

test.beforeEach(async ({ pages, owner }) => {
  await pages.goto(`${owner.address}/#/runs?experiment=${experiment}`)
  await expect(row(pages, 'run 00')).toBeVisible()
})

const grid = (page: Page) => page.getByRole('grid').or(page.getByRole('treegrid'))
/** What is said beside the filter. */
const counted = (page: Page) => page.locator('.count')
const heads = (page: Page) => page.getByRole('columnheader').evaluateAll((all) => all.sort((a, b) => Number(a.ariaColIndex) - Number(b.ariaColIndex)).map((e) => (e as HTMLElement).dataset['column']))
const head = (page: Page, id: string) => page.locator(`[role=columnheader][data-column="${id}"]`)
const cell = (page: Page, name: string, column: string) => row(page, name).locator(`[data-column="${column}"]`)

/** Where something is that may be drawn once more in the very moment. */
async function settled(thing: Locator): Promise<{ x: number; y: number; width: number }> {
  for (let last = ''; ; ) {
    await expect(thing).toBeVisible()
    const box = await thing.boundingBox()
    if (box !== null && JSON.stringify(box) === last) return box
    last = JSON.stringify(box)
    await thing.page().waitForTimeout(200)
  }
}

/** Ticks a column in the sheet, or takes its tick away. */
async function toggleColumn(page: Page, name: string) {
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByLabel('Find a column', { exact: true }).fill(name)
  await page.getByRole('dialog', { name: 'Columns' }).getByRole('checkbox', { name }).click()
  await page.keyboard.press('Escape')
}

test('runs that differ in their seed only are one row, that opens', async ({ pages }) => {
  await pages.getByRole('button', { name: 'Group by nothing' }).click()
  await pages.getByRole('button', { name: 'All but seed' }).click()
  await expect(counted(pages)).toHaveText('12 runs in 4 groups')
  const group = pages.getByRole('row').filter({ hasText: 'depth 4, lr 0.1' })
  await expect(group).toHaveAttribute('aria-expanded', 'false')
  await expect(group).toContainText('2 of 3')
  await expect(group.locator('[data-column="metrics.rmse"]')).toHaveText(/0\.641\s*± 0\.001/)
  await expect(group.locator('[data-column="params.seed"]')).toHaveText('varies')

  await grid(pages).focus()
  await pages.keyboard.press('ArrowRight')
  await expect(row(pages, 'run 02')).toHaveAttribute('aria-level', '2')
  await pages.keyboard.press(' ')
  await expect(pages.getByText('3 runs chosen')).toBeVisible()
  await expect(row(pages, 'run 01')).toHaveAttribute('aria-selected', 'true')
  await pages.keyboard.press('x')
  await expect(pages.getByRole('button', { name: /^Hide in charts/ })).toBeVisible()
  await pages.keyboard.press('ArrowDown')
  await pages.keyboard.press('ArrowLeft')
  await pages.keyboard.press('ArrowLeft')
  await expect(row(pages, 'run 02')).toBeHidden()
  expect(pages.url()).toContain('allbut=params.seed')
  await pages.reload()
  await expect(counted(pages)).toHaveText('12 runs in 4 groups')

  await pages.getByRole('button', { name: 'Export' }).click()
  const coming = pages.waitForEvent('download')
  await pages.getByRole('dialog', { name: 'Export' }).getByRole('button', { name: /^CSV/ }).click()
  const [head = '', ...rows] = (await readFile(await (await coming).path(), 'utf8')).trim().split('\n')
  expect(head).toMatch(/^params\.depth,params\.loss,params\.lr,runs,.*mean\(metrics\.rmse\),sd\(metrics\.rmse\)/)
  expect(rows).toHaveLength(4)
  expect(rows[0]).toMatch(/,mse,.*,3,/)
})

test('columns are hidden, told otherwise, widened and moved, and stay so', async ({ pages }) => {
  await expect.poll(() => heads(pages)).toEqual(['name', 'started', 'duration', 'params.depth', 'params.lr', 'params.seed', 'curve(metrics.val_rmse)', 'metrics.rmse', 'metrics.val_rmse', 'params.loss'])
  await pages.getByRole('button', { name: 'Only what differs' }).click()
  await expect(pages.getByRole('button', { name: /Only what differs/ })).toHaveAttribute('title', 'Left out: loss mse')
  await expect(head(pages, 'params.loss')).toHaveCount(0)

  await pages.getByRole('button', { name: 'Columns' }).click()
  await pages.getByRole('button', { name: 'rmse: min', exact: true }).click()
  await pages.keyboard.press('Escape')
  await toggleColumn(pages, 'depth')
  await expect(head(pages, 'params.depth')).toHaveCount(0)
  await expect(cell(pages, 'run 00', 'min(metrics.rmse)')).toHaveText('0.560')

  await settled(head(pages, 'metrics.rmse'))
  await head(pages, 'metrics.rmse').click({ button: 'right' })
  await pages.getByRole('menuitem', { name: 'Pin at the left' }).click()
  await expect.poll(async () => (await heads(pages))[1]).toBe('metrics.rmse')
  await grid(pages).focus()
  await pages.keyboard.press('ArrowUp')
  await pages.keyboard.press('ArrowRight')
  const before = (await head(pages, 'metrics.rmse').boundingBox())?.width ?? 0
  await pages.keyboard.press('Shift+ArrowRight')
  await expect.poll(async () => (await head(pages, 'metrics.rmse').boundingBox())?.width).toBe(before + 16)
  await pages.reload()
  await expect.poll(async () => (await heads(pages)).slice(0, 2)).toEqual(['name', 'metrics.rmse'])
  await expect.poll(async () => (await head(pages, 'metrics.rmse').boundingBox())?.width).toBe(before + 16)
  await expect(head(pages, 'params.depth')).toHaveCount(0)
  await pages.getByRole('button', { name: 'Columns' }).click()
  await pages.getByRole('button', { name: 'Reset' }).click()
  await expect(head(pages, 'params.depth')).toBeVisible()
})

test('a view is saved, comes back, is renamed, and its end can be undone', async ({ pages }) => {
  const tabs = pages.getByRole('navigation', { name: 'Views of these runs' })
  await pages.getByLabel('Filter runs').fill('metrics.rmse < 0.61')
  await pages.keyboard.press('Enter')
  // The columns are those of the answer: what is the same in all runs has gone.
  await expect(counted(pages)).toHaveText('6 of 12 runs')
  await head(pages, 'metrics.rmse').click()
  await pages.getByRole('button', { name: 'Save this view' }).click()
  await pages.getByLabel('Name of the view').fill('Best')
  await pages.keyboard.press('Enter')
  await expect(tabs.getByRole('link', { name: 'Best' })).toHaveAttribute('aria-current', 'page')
  await expect(tabs.getByRole('link', { name: 'Best' })).toContainText('6')
  await tabs.getByRole('link', { name: 'All' }).click()
  await expect(counted(pages)).toHaveText('12 runs')
  await tabs.getByRole('link', { name: 'Best' }).click()
  await expect(counted(pages)).toHaveText('6 of 12 runs')
  await expect(head(pages, 'metrics.rmse')).toHaveAttribute('aria-sort', 'ascending')

  await head(pages, 'metrics.rmse').click()
  await expect(pages.getByRole('button', { name: 'Save changes' })).toBeVisible()
  await pages.getByRole('button', { name: 'Discard' }).click()
  await expect(head(pages, 'metrics.rmse')).toHaveAttribute('aria-sort', 'ascending')

  await tabs.getByRole('link', { name: 'Best' }).click({ button: 'right' })
  await pages.getByRole('menuitem', { name: 'Rename…' }).click()
  await pages.getByLabel('Name', { exact: true }).fill('Best of all')
  await pages.keyboard.press('Enter')
  await expect(tabs.getByRole('link', { name: 'Best of all' })).toHaveAttribute('aria-current', 'page')
  await tabs.getByRole('link', { name: 'Best of all' }).click({ button: 'right' })
  await pages.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(tabs.getByRole('link', { name: 'Best of all' })).toBeHidden()
  await pages.getByRole('button', { name: 'Undo' }).last().click()
  await expect(tabs.getByRole('link', { name: 'Best of all' })).toBeVisible()
})

test('a tag is written in its cell, and taken back', async ({ pages }) => {
  await toggleColumn(pages, 'team')
  const team = cell(pages, 'run 01', 'tags.team')
  await expect(team).toHaveText('–')
  await team.click()
  await pages.keyboard.press('t')
  await pages.keyboard.type('mud')
  await pages.keyboard.press('Escape')
  await expect(team).toHaveText('–')
  await pages.keyboard.press('F2')
  await pages.keyboard.type('mud')
  await pages.keyboard.press('Enter')
  await expect(team).toHaveText('mud')
  await pages.keyboard.press('Control+z')
  await expect(team).toHaveText('–')
  await pages.keyboard.press('e')
  await pages.keyboard.type('the second')
  await pages.keyboard.press('Enter')
  await expect(row(pages, 'the second')).toBeVisible()
  await pages.keyboard.press('Control+z')
  await expect(row(pages, 'run 01')).toBeVisible()
})

test('a drag over a head filters, in the words of the filter', async ({ pages }) => {
  const bars = head(pages, 'metrics.rmse').locator('svg')
  // It comes when the rows are there, and is drawn once more when they are counted.
  const box = await settled(bars)
  await pages.mouse.move(box.x + 1, box.y + 8)
  await pages.mouse.down()
  await pages.mouse.move(box.x + box.width * 0.4, box.y + 8, { steps: 4 })
  await pages.mouse.up()
  await expect(pages.getByLabel('Filter runs')).toHaveValue(/^metrics\.rmse >= 0\.56 AND metrics\.rmse <= 0\.\d+$/)
  await expect(counted(pages)).toHaveText('6 of 12 runs')
  await expect(head(pages, 'metrics.rmse')).toHaveAttribute('aria-sort', 'none')
})

test('many runs are tagged, trashed and copied at once', async ({ pages, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await grid(pages).focus()
  await pages.keyboard.press('Control+a')
  await expect(pages.getByText('12 runs chosen')).toBeVisible()
  await pages.keyboard.press('Control+c')
  await expect(pages.getByText(/12 rows copied/).last()).toBeVisible()
  const lines = (await pages.evaluate(() => navigator.clipboard.readText())).split('\n')
  expect(lines).toHaveLength(13)
  expect(lines[0]?.split('\t').slice(0, 4)).toEqual(['Run', 'Started', 'Took', 'depth'])
  expect(lines[1]?.split('\t')).toContain('0.56')
  await pages.keyboard.press('Delete')
  await expect(pages.getByText('12 runs in the trash').last()).toBeVisible()
  await pages.keyboard.press('Control+z')
  await expect(row(pages, 'run 11')).toBeVisible()
})

test('back from a run, the table is as it was left', async ({ pages }) => {
  await expect(head(pages, 'metrics.rmse').locator('svg')).toBeVisible()
  await head(pages, 'metrics.rmse').locator('svg').click()
  await expect(head(pages, 'metrics.rmse')).toHaveAttribute('aria-sort', 'ascending')
  await pages.locator('[data-row="2"] input').click()
  await row(pages, 'run 01').getByRole('link').click()
  await expect(pages.getByRole('heading', { level: 1, name: 'run 01' })).toBeVisible()
  await pages.goBack()
  await expect(pages.getByText('1 run chosen')).toBeVisible()
  await expect(head(pages, 'metrics.rmse')).toHaveAttribute('aria-sort', 'ascending')
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe has nothing to say of groups, colours and sheets, ${theme}`, async ({ pages, owner }) => {
    await pages.emulateMedia({ colorScheme: theme })
    await settled(head(pages, 'metrics.rmse'))
    await head(pages, 'metrics.rmse').click({ button: 'right' })
    await pages.getByRole('menuitem', { name: 'Show colours' }).click()
    expect(await violations(pages)).toEqual([])
    await pages.goto(`${owner.address}/#/runs?experiment=${experiment}&allbut=params.seed&differs=yes`)
    await pages.getByRole('treegrid').focus()
    await pages.keyboard.press('ArrowRight')
    await pages.keyboard.press(' ')
    expect(await violations(pages)).toEqual([])
    for (const sheet of ['Columns', 'Export', /^Group by/, 'Save this view']) {
      await pages.getByRole('button', { name: sheet, exact: true }).click()
      expect(await violations(pages)).toEqual([])
      await pages.keyboard.press('Escape')
    }
  })
}
