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
  await expect(pages.getByText('3 runs', { exact: true })).toBeVisible()
})

test('words find runs, a mistake is marked at its place, and a slip is mended by a click', async ({ pages }) => {
  await box(pages).fill('elastic')
  await box(pages).press('Enter')
  await expect(pages.getByText('2 of 3 runs')).toBeVisible()

  await box(pages).fill('  elastic and started in lats 7 days')
  await box(pages).press('Enter')
  await expect(box(pages)).toHaveAttribute('aria-invalid', 'true')
  await expect(pages.locator('.under u')).toHaveText('lats')
  await expect(pages.getByRole('alert')).toContainText('After IN comes a time, such as last 7 days. Did you mean last?')
  await clean(pages)

  await box(pages).fill('elastic and metrics.rmes < 1')
  await box(pages).press('Enter')
  await expect(pages.getByText('No run has a metric called rmes. Did you mean metrics.rmse?')).toBeVisible()
  await clean(pages)
  await pages.getByRole('button', { name: 'Change to metrics.rmse' }).click()
  await expect(pages.getByText('2 of 3 runs')).toBeVisible()
  await expect(box(pages)).toHaveValue('elastic and metrics.rmse < 1')
})
