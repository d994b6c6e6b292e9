import type { Page, Route } from 'playwright/test'
import { expect, test } from './test'

/** Opens Find or do on a page whose script for it is held; the answer lets that come. */
async function openedTooEarly(pages: Page, address: string): Promise<() => Promise<void>> {
  let held: Route | undefined
  await pages.route('**/Palette-*.js', (route) => void (held = route))
  await pages.goto(`${address}/#/settings`)
  await pages.reload()
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await pages.keyboard.press('Control+k')
  await expect.poll(() => held !== undefined).toBe(true)
  return async () => held?.continue()
}

test('what is typed before Find or do is here stands in it, and does nothing else', async ({ pages, owner }) => {
  const letCome = await openedTooEarly(pages, owner.address)
  await pages.keyboard.type('g hx')
  await pages.keyboard.press('Backspace')
  await letCome()
  await expect(pages.getByRole('combobox', { name: 'Find or do' })).toHaveValue('g h')
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await pages.keyboard.press('Escape')
})

test('Enter that is pressed before Find or do is here, or has its answer, is not lost', async ({ pages, owner }) => {
  await owner.train({ rate: 0.1, steps: 1 }, 'hasty-marl')
  // Only the door knows this run, and what it answers to searches is held.
  const answers: Route[] = []
  await pages.route(/\/runs\?/, (route) => void answers.push(route))
  const letCome = await openedTooEarly(pages, owner.address)
  await pages.keyboard.type('Go to data')
  await pages.keyboard.press('Enter')
  await letCome()
  await expect(pages.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()

  await pages.keyboard.press('Control+k')
  await pages.keyboard.type('hasty-marl')
  await pages.keyboard.press('Enter')
  // Typing that pauses has asked for less before.
  const search = () => answers.findLast((route) => route.request().url().includes('hasty-marl'))
  await expect.poll(() => search() !== undefined).toBe(true)
  await expect(pages.getByRole('combobox', { name: 'Find or do' })).toHaveValue('hasty-marl')
  await search()?.continue()
  await expect(pages.getByRole('heading', { level: 1, name: 'hasty-marl' })).toBeVisible()
})
