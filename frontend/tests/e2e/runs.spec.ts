import { expect, row, test, violations } from './test'

test.beforeAll(async ({ owner }) => {
  for (const rate of [0.3, 0.1, 0.2]) await owner.train({ rate, steps: 3 }, `rate ${rate}`, 'wine/little')
})

const names = (page: Parameters<typeof row>[0]) => page.getByRole('rowheader').filter({ hasText: /\S/ }).allInnerTexts()

test('sorted by a click, filtered by text, and told in words when that cannot be read', async ({ pages }) => {
  await expect(pages.getByText('3 runs', { exact: true }).first()).toBeVisible()
  await pages.getByRole('columnheader', { name: 'rmse' }).click()
  await expect.poll(() => names(pages)).toEqual(['rate 0.1', 'rate 0.2', 'rate 0.3'])
  await expect(pages.getByRole('columnheader', { name: 'rmse' })).toHaveAttribute('aria-sort', 'ascending')
  await pages.getByRole('columnheader', { name: 'rmse' }).click()
  await expect.poll(() => names(pages)).toEqual(['rate 0.3', 'rate 0.2', 'rate 0.1'])

  await pages.keyboard.press('/')
  await pages.keyboard.type('metrics.rmse < 0.85')
  await pages.keyboard.press('Enter')
  await expect(pages.getByText('2 of 3 runs')).toBeVisible()
  expect(pages.url()).toContain('filter=metrics.rmse+%3C+0.85')

  const box = pages.getByLabel('Filter runs')
  await box.fill('metrics.rmse < lots')
  await box.press('Enter')
  await expect(box).toHaveAttribute('aria-invalid', 'true')
  await expect(pages.getByRole('alert')).toContainText('lots')
  await expect(pages.locator('.under u')).toHaveText('lots')

  await box.fill('metrics.rmse < 0')
  await box.press('Enter')
  // The one that comes nearest is named, and a bound that it keeps is offered.
  await expect(pages.getByRole('heading', { name: 'No run has rmse below 0' })).toBeVisible()
  await expect(pages.getByText('The lowest is')).toHaveText(/The lowest is 0.7,\s+in rate 0.1\. 3 runs are hidden by the filter\./)
  await pages.getByRole('button', { name: /^Show below/ }).click()
  await expect(pages.getByText('1 of 3 runs')).toBeVisible()
  await expect(row(pages, 'rate 0.1')).toBeVisible()

  await box.fill('metrics.rmse < 0 and metrics.rmse > 2')
  await box.press('Enter')
  await expect(pages.getByRole('heading', { name: 'No run matches metrics.rmse < 0 and metrics.rmse > 2' })).toBeVisible()
  await pages.getByRole('button', { name: /^Clear filter/ }).last().click()
  await expect(pages.getByText('3 runs', { exact: true }).first()).toBeVisible()
})

test('folders of experiments, and links that MLflow prints, lead to the same runs', async ({ pages, owner }) => {
  await pages.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'little' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'little' })).toBeVisible()
  const id = new URLSearchParams(new URL(pages.url()).hash.split('?')[1]).get('experiment') ?? ''
  await pages.goto(`${owner.address}/#/experiments/${id}`)
  await expect(row(pages, 'rate 0.2')).toBeVisible()
  await row(pages, 'rate 0.2').getByRole('link').click()
  const run = new URL(pages.url()).hash.split('/')[2] ?? ''
  await pages.goto(`${owner.address}/#/experiments/${id}/runs/${run}`)
  await expect(pages.getByRole('heading', { level: 1, name: 'rate 0.2' })).toBeVisible()
})

test('by keys alone: choose, trash, undo, open, back', async ({ pages }) => {
  await expect(row(pages, 'rate 0.2')).toBeVisible()
  await pages.getByRole('grid').focus()
  await pages.keyboard.press('Space')
  await pages.keyboard.press('Shift+ArrowDown')
  await expect(pages.getByText('2 runs chosen')).toBeVisible()
  await pages.keyboard.press('Delete')
  await expect(pages.getByText('1 run', { exact: true }).last()).toBeVisible()
  await expect(pages.getByText('2 runs in the trash').last()).toBeVisible()
  await pages.keyboard.press('Control+z')
  await expect.poll(async () => (await names(pages)).length).toBe(3)
  await pages.getByRole('grid').focus()
  await pages.keyboard.press('ArrowDown')
  await pages.keyboard.press('Enter')
  await expect(pages.getByRole('link', { name: 'Overview' })).toBeVisible()
  await pages.goBack()
  await expect(row(pages, 'rate 0.2')).toBeVisible()
})

test('runs of others appear by themselves, but nothing moves under the pointer', async ({ pages, owner }) => {
  await expect(row(pages, 'rate 0.2')).toBeVisible()
  await pages.mouse.move(640, 20)
  await owner.train({ rate: 0.5, steps: 2 }, 'newcomer', 'wine/live')
  await expect(row(pages, 'newcomer')).toBeVisible()
  await expect(row(pages, 'newcomer').getByRole('img', { name: 'Finished' })).toBeVisible()
  await row(pages, 'rate 0.2').hover()
  const before = await names(pages)
  await owner.train({ rate: 0.6, steps: 2 }, 'second', 'wine/live')
  await expect(pages.getByRole('button', { name: '1 newer' })).toBeVisible()
  expect(await names(pages)).toEqual(before)
  await pages.getByRole('button', { name: '1 newer' }).click()
  await expect(row(pages, 'second')).toBeVisible()
})

test('an owner that dies and comes back: the page says so, and catches up', async ({ pages, owner }) => {
  await expect(row(pages, 'rate 0.2')).toBeVisible()
  await owner.end('SIGKILL')
  await expect(pages.getByText('Varve is not answering;')).toBeVisible()
  await expect(row(pages, 'rate 0.2')).toBeVisible()
  await owner.serve()
  await owner.train({ rate: 0.7, steps: 2 }, 'after the crash', 'wine/live')
  await pages.getByRole('button', { name: 'Try now' }).click({ timeout: 5000 }).catch(() => undefined)
  // A new owner may not know this browser any more; the link does.
  await expect(row(pages, 'after the crash').or(pages.getByRole('heading', { name: 'This browser has not been let in' }))).toBeVisible()
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe has nothing to say, ${theme}`, async ({ pages, owner }) => {
    await pages.emulateMedia({ colorScheme: theme })
    await expect(row(pages, 'rate 0.2')).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await row(pages, 'rate 0.2').getByRole('link').click()
    for (const part of ['Overview', 'Charts', 'Log', 'Artifacts']) {
      await pages.getByRole('navigation', { name: 'Parts of this run' }).getByRole('link', { name: part }).click()
      expect(await violations(pages)).toEqual([])
    }
    for (const hash of ['#/data', '#/projects', `#/project?path=${encodeURIComponent(owner.project)}`]) {
      await pages.goto(`${owner.address}/${hash}`)
      await expect(pages.getByRole('heading', { level: 1 })).toBeVisible()
      expect(await violations(pages)).toEqual([])
    }
  })
}
