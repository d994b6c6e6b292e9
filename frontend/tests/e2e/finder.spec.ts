import type { Route } from 'playwright/test'
import { expect, test } from './test'

test('what is typed before Find or do is here stands in it, and does nothing else', async ({ pages, owner }) => {
  let held: Route | undefined
  await pages.route('**/Palette-*.js', (route) => void (held = route))
  await pages.goto(`${owner.address}/#/settings`)
  await pages.reload()
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await pages.keyboard.press('Control+k')
  await expect.poll(() => held !== undefined).toBe(true)
  await pages.keyboard.type('g hx')
  await pages.keyboard.press('Backspace')
  await held?.continue()
  await expect(pages.getByRole('combobox', { name: 'Find or do' })).toHaveValue('g h')
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await pages.keyboard.press('Escape')
})

test('Enter that is pressed before Find or do is here, or has its answer, is not lost', async ({ pages, owner }) => {
  await owner.train({ rate: 0.1, steps: 1 }, 'hasty-marl')
  let held: Route | undefined
  // Only the door knows this run, and what it answers to searches is held.
  const answers: Route[] = []
  await pages.route(/\/runs\?/, (route) => void answers.push(route))
  await pages.route('**/Palette-*.js', (route) => void (held = route))
  await pages.goto(`${owner.address}/#/settings`)
  await pages.reload()
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await pages.keyboard.press('Control+k')
  await expect.poll(() => held !== undefined).toBe(true)
  await pages.keyboard.type('Go to data')
  await pages.keyboard.press('Enter')
  await held?.continue()
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
