import type { Page } from 'playwright/test'
import { expect, row, test, violations } from './test'

const box = (page: Page) => page.getByRole('combobox', { name: 'Filter runs' })
const offers = (page: Page) => page.getByRole('listbox', { name: 'What can stand here' })

/** Nothing is wrong in either theme. */
async function clean(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await violations(page)).toEqual([])
  }
}

test.beforeAll(async ({ owner }) => {
  for (const [rate, note] of [[0.3, 'elastic'], [0.1, 'elastic'], [0.2, 'forest']] as const) await owner.train({ rate, steps: 3, note }, `rate ${rate}`, 'wine/little')
})

test('the filter box completes names, operators, values and words, by keys alone', async ({ pages }) => {
  await expect(row(pages, 'rate 0.2')).toBeVisible()
  await pages.keyboard.press('/')
  await pages.keyboard.type('rms')
  const first = offers(pages).getByRole('option', { name: /^metrics\.rmse/ })
  await expect(first).toContainText('metric')
  await expect(first).toContainText('3 runs')
  await clean(pages)
  await pages.keyboard.press('Tab')
  await expect(box(pages)).toHaveValue('metrics.rmse ')

  const less = offers(pages).getByRole('option', { name: /^< operator/ })
  await expect(less).toBeVisible()
  await pages.keyboard.press('ArrowDown')
  await expect(less).toHaveAttribute('aria-selected', 'true')
  await expect(box(pages)).toHaveAttribute('aria-activedescendant', (await less.getAttribute('id')) ?? 'none')
  await pages.keyboard.press('Enter')
  await expect(box(pages)).toHaveValue('metrics.rmse < ')
  // Nobody can guess the number, and nothing was asked so far.
  await expect(offers(pages)).toBeHidden()
  await pages.keyboard.type('0.85 an')
  await expect(offers(pages).getByRole('option', { name: /^AND/ })).toBeVisible()
  await pages.keyboard.press('Tab')
  await pages.keyboard.type('params.note = ')
  const elastic = offers(pages).getByRole('option', { name: /^'elastic'/ })
  await expect(elastic).toContainText('2 runs')
  await elastic.click()
  await expect(box(pages)).toHaveValue("metrics.rmse < 0.85 AND params.note = 'elastic' ")
  await expect(box(pages)).toBeFocused()

  // What is offered next is left alone: Escape closes the list, and Enter asks.
  await expect(offers(pages)).toBeVisible()
  await pages.keyboard.press('Escape')
  await expect(offers(pages)).toBeHidden()
  await expect(box(pages)).toHaveValue(/elastic/)
  await pages.keyboard.press('Enter')
  await expect(pages.getByText('1 of 3 runs')).toBeVisible()
  await expect(row(pages, 'rate 0.1')).toBeVisible()
  await pages.keyboard.press('Escape')
  await expect(pages.getByText('3 runs', { exact: true }).first()).toBeVisible()
})

test('words find runs, a mistake is marked at its place, and a slip is mended by a click', async ({ pages }) => {
  await box(pages).fill('elastic')
  await box(pages).press('Enter')
  await expect(pages.getByText('2 of 3 runs')).toBeVisible()

  let asked = 0
  pages.on('request', (request) => {
    if (request.url().endsWith('/runs/order')) asked++
  })
  await box(pages).fill('  elastic and started in lats 7 days')
  await box(pages).press('Enter')
  await expect(box(pages)).toHaveAttribute('aria-invalid', 'true')
  await expect(pages.locator('.under u')).toHaveText('lats')
  await expect(pages.getByRole('alert')).toContainText('After IN comes a time, such as last 7 days. Did you mean last?')
  await clean(pages)
  // What cannot be read is asked for once, and not again and again.
  expect(asked).toBe(1)
  await pages.getByRole('button', { name: 'Change to last' }).click()
  await expect(box(pages)).toHaveValue('elastic and started in last 7 days')
  await expect(pages.getByText('2 of 3 runs')).toBeVisible()

  await box(pages).fill('elastic and metrics.rmes < 1')
  await box(pages).press('Enter')
  await expect(pages.getByText('No run has a metric called rmes. Did you mean metrics.rmse?')).toBeVisible()
  await clean(pages)
  await pages.getByRole('button', { name: 'Change to metrics.rmse' }).click()
  await expect(pages.getByText('2 of 3 runs')).toBeVisible()
  await expect(box(pages)).toHaveValue('elastic and metrics.rmse < 1')
})

/** What the door answers to a page that asks by itself. */
async function call(page: Page, path: string, body?: unknown): Promise<unknown> {
  return page.evaluate(
    async ([path, body]) => {
      const init = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
      return (await fetch(path, init)).json() as Promise<unknown>
    },
    [path, body] as const,
  )
}

interface Rows {
  runs: { id: string; name: string; experiment: string }[]
}

/** The experiment of each run, by its name. */
async function places(page: Page): Promise<Record<string, string>> {
  const { runs } = (await call(page, '/api/varve/v1/runs?limit=50')) as Rows
  const { experiments } = (await call(page, '/api/varve/v1/experiments')) as { experiments: { id: string; name: string }[] }
  return Object.fromEntries(runs.map((run) => [run.name, experiments.find((e) => e.id === run.experiment)?.name ?? run.experiment]))
}

test('chosen runs move to another experiment with what is nested in them, and each comes back to where it was', async ({ pages, owner }) => {
  await owner.train({ rate: 0.4, steps: 2 }, 'elsewhere', 'lake')
  await expect(row(pages, 'elsewhere')).toBeVisible()
  const { runs } = (await call(pages, '/api/varve/v1/runs?limit=50')) as Rows
  const [outer, lake] = [runs.find((r) => r.name === 'rate 0.1'), runs.find((r) => r.name === 'elsewhere')]
  // It lies in another experiment than the run that it is nested in.
  await call(pages, '/api/2.0/mlflow/runs/create', { experiment_id: lake?.experiment, run_name: 'inner', start_time: 1, tags: [{ key: 'mlflow.parentRunId', value: outer?.id }] })
  await expect(row(pages, 'inner')).toBeVisible()
  const before = await places(pages)

  for (const name of ['rate 0.1', 'elsewhere']) await row(pages, name).getByRole('checkbox').click()
  await pages.getByRole('region', { name: 'Chosen runs' }).getByRole('button', { name: 'Move…' }).click()
  const sheet = pages.getByRole('dialog', { name: 'Move 2 runs' })
  const field = sheet.getByRole('combobox', { name: 'Experiment' })
  await expect(field).toBeFocused()
  await expect(sheet.getByRole('option', { name: 'wine/little 3 runs' })).toBeVisible()
  await clean(pages)
  await pages.keyboard.type('wine/best')
  await expect(sheet.getByRole('option', { name: 'New experiment wine/best' })).toHaveAttribute('aria-selected', 'true')
  await expect(sheet.getByText('2 runs go to the new experiment wine/best')).toBeVisible()
  await pages.keyboard.press('Enter')
  await expect(sheet).toBeHidden()
  await expect(pages.getByText('3 runs moved to wine/best').last()).toBeVisible()
  await expect(pages.getByRole('region', { name: 'Chosen runs' })).toBeHidden()
  await expect(row(pages, 'rate 0.1')).toContainText('wine/best')
  await expect.poll(() => places(pages)).toEqual({ ...before, 'rate 0.1': 'wine/best', elsewhere: 'wine/best', inner: 'wine/best' })

  await pages.keyboard.press('Control+z')
  await expect(row(pages, 'rate 0.1')).toContainText('wine/little')
  await expect.poll(() => places(pages)).toEqual(before)
})

test('one run moves by its menu and by Find or do; where it is already cannot be chosen', async ({ pages }) => {
  await row(pages, 'rate 0.3').click({ button: 'right' })
  await pages.getByRole('menuitem', { name: 'Move to experiment…' }).click()
  const sheet = pages.getByRole('dialog', { name: 'Move 1 run' })
  await expect(sheet.getByRole('option', { name: 'wine/little it is here' })).toHaveAttribute('aria-disabled', 'true')
  await expect(sheet.getByRole('button', { name: 'Move' })).toBeDisabled()
  await sheet.getByRole('option', { name: /^Default/ }).click()
  await sheet.getByRole('button', { name: 'Move' }).click()
  await expect(pages.getByText('rate 0.3 moved to Default').last()).toBeVisible()
  await expect(row(pages, 'rate 0.3')).toContainText('Default')

  await row(pages, 'rate 0.3').getByRole('link').click()
  await expect(pages.getByRole('heading', { level: 1, name: 'rate 0.3' })).toBeVisible()
  await pages.keyboard.press('Control+k')
  await pages.keyboard.type('move to exp')
  await expect(pages.getByRole('option', { selected: true })).toContainText('Move to experiment')
  await pages.keyboard.press('Enter')
  await expect(sheet.getByRole('combobox')).toBeFocused()
  await pages.keyboard.type('little')
  await expect(sheet.getByRole('option', { selected: true })).toContainText('wine/little')
  await pages.keyboard.press('Enter')
  await expect(pages.getByText('rate 0.3 moved to wine/little').last()).toBeVisible()
  await expect(pages.getByRole('navigation', { name: 'Path' }).or(pages.locator('header')).getByRole('link', { name: 'little' }).first()).toBeVisible()
})

test('the history of a run says who changed what, follows, and takes changes back', async ({ pages, owner }) => {
  await row(pages, 'rate 0.2').getByRole('link').click()
  await expect(pages.getByRole('heading', { level: 1, name: 'rate 0.2' })).toBeVisible()
  const history = pages.getByRole('region', { name: 'History' })
  const lines = history.getByRole('listitem')
  const id = new URL(pages.url()).hash.split('/')[2]?.split('?')[0] ?? ''
  const tag = (value: string) => call(pages, '/api/2.0/mlflow/runs/set-tag', { run_id: id, key: 'team', value })

  await tag('red')
  await expect(lines.filter({ hasText: 'tag team: red' })).toHaveCount(1)
  await tag('blue')
  const changed = lines.filter({ hasText: 'tag team: red → blue' })
  await expect(changed).toHaveCount(1)
  await expect(changed).toContainText('just now')

  await pages.getByRole('button', { name: 'Rename' }).click()
  await pages.getByRole('dialog').getByLabel('Name').fill('the one for the paper')
  await pages.keyboard.press('Enter')
  const renamed = lines.filter({ hasText: 'renamed from rate 0.2 to the one for the paper' })
  await expect(renamed).toHaveCount(1)
  await clean(pages)

  await renamed.getByRole('button', { name: /^Take back/ }).press('Enter')
  await expect(pages.getByRole('heading', { level: 1 })).toHaveText('rate 0.2')
  await expect(lines.filter({ hasText: 'renamed from the one for the paper to rate 0.2' })).toHaveCount(1)
  await changed.getByRole('button', { name: /^Take back/ }).click()
  const tags = pages.getByRole('region', { name: 'Tags' })
  await expect(tags.getByRole('listitem')).toContainText('red')
  // Taking back is a change, and can be undone.
  await pages.locator('.toast', { hasText: 'Taken back: tag team: red → blue' }).getByRole('button', { name: 'Undo' }).click()
  await expect(tags.getByRole('listitem')).toContainText('blue')

  await pages.getByRole('button', { name: 'Move to trash' }).click()
  await pages.getByRole('heading', { level: 1, name: 'Runs' }).waitFor()
  await pages.goto(`${owner.address}/#/runs/${id}`)
  await lines.filter({ hasText: 'put into the trash' }).getByRole('button', { name: /^Take back/ }).click()
  await expect(lines.filter({ hasText: 'taken out of the trash' })).toHaveCount(1)
  await expect(pages.getByRole('button', { name: 'Move to trash' })).toBeVisible()
  await expect(lines).toHaveCount(5)
  await history.getByRole('button', { name: /^All/ }).click()
  await expect(lines.filter({ hasText: 'tag team: red' }).last()).toBeVisible()
})
