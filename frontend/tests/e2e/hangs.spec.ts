import type { Route } from 'playwright/test'
import { expect, row, test, violations } from './test'

test('an owner that hangs is told within seconds, and that it goes on', async ({ pages, owner }) => {
  await owner.train({ rate: 0.2, steps: 30 }, 'bright-tephra')
  await expect(row(pages, 'bright-tephra')).toBeVisible()
  const streams: string[] = []
  pages.on('request', (request) => {
    if (request.url().includes('/events')) streams.push(request.url())
  })
  // The script of one page has come before, that of the other comes when the owner goes on.
  let held: Route | undefined
  await pages.route('**/DataPage-*.js', (route) => void (held = route))
  await pages.reload()
  await row(pages, 'bright-tephra').getByRole('link').click()
  await expect(pages.getByRole('heading', { level: 1, name: 'bright-tephra' })).toBeVisible()
  await pages.goBack()
  await expect(row(pages, 'bright-tephra')).toBeVisible()
  const bar = pages.getByRole('status').filter({ hasText: 'Varve is not answering' })
  const colour = () => row(pages, 'bright-tephra').getByRole('rowheader').getByRole('link').evaluate((link) => getComputedStyle(link).color)
  const fresh = await colour()
  owner.hang()
  try {
    await expect(bar).toBeVisible({ timeout: 16_000 })
    await expect(bar).toContainText('runs go on')
    // Old values are grey, and can be read.
    expect(await colour()).not.toBe(fresh)
    expect(await violations(pages)).toEqual([])
    // What is on screen stays; what is asked for meanwhile fails in words, and is not waited for.
    await expect(row(pages, 'bright-tephra')).toBeVisible()
    await row(pages, 'bright-tephra').getByRole('link').click()
    await expect(pages.getByRole('alert')).toContainText('Varve is not answering')
    await pages.getByRole('navigation').getByRole('link', { name: 'Data', exact: true }).click()
    await expect(pages.getByRole('heading', { level: 1, name: 'Not here yet' })).toBeVisible()
    await expect(pages.getByRole('alert')).toContainText('Varve is not answering')
    expect(await violations(pages)).toEqual([])
    expect(streams.length).toBeGreaterThan(1)
  } finally {
    owner.goOn()
    await held?.continue()
  }
  await expect(bar).toBeHidden()
  await expect(pages.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()
  await pages.goBack()
  await expect(pages.getByRole('heading', { level: 1, name: 'bright-tephra' })).toBeVisible()
  await expect(pages.getByRole('alert')).toHaveCount(0)
  await pages.goBack()
  await expect.poll(colour).toBe(fresh)
  await expect(row(pages, 'bright-tephra')).toBeVisible()
})

test('an owner that has nothing to tell is not taken for one that hangs', async ({ pages }) => {
  // Of one and the same stream.
  let signs = 0
  pages.on('request', (request) => {
    if (request.url().includes('/events')) signs = 0
  })
  const cdp = await pages.context().newCDPSession(pages)
  await cdp.send('Network.enable')
  cdp.on('Network.eventSourceMessageReceived', () => signs++)
  await pages.reload()
  await expect(pages.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  // One every three seconds: longer than any silence that is put up with.
  await expect(() => expect(signs).toBeGreaterThan(4)).toPass({ timeout: 60_000 })
})
