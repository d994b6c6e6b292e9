import type { CDPSession } from 'playwright/test'
import { expect, row, test } from './test'

/** What a page holds when everything that nobody needs was collected. */
async function held(cdp: CDPSession) {
  await cdp.send('HeapProfiler.collectGarbage')
  await cdp.send('HeapProfiler.collectGarbage')
  const { metrics } = await cdp.send('Performance.getMetrics')
  const of = (name: string) => metrics.find((m) => m.name === name)?.value ?? NaN
  return { nodes: of('Nodes'), listeners: of('JSEventListeners'), heap: of('JSHeapUsedSize') }
}

test('places that were left hold nothing: no element, no listener, no memory', async ({ pages, owner }) => {
  await owner.train({ rate: 0.2, steps: 30 }, 'bright-tephra')
  await expect(row(pages, 'bright-tephra')).toBeVisible()
  await row(pages, 'bright-tephra').getByRole('link').click()
  await expect(pages.getByRole('heading', { level: 1, name: 'bright-tephra' })).toBeVisible()
  const run = await pages.evaluate(() => location.hash.split('?')[0] ?? '')
  const cdp = await pages.context().newCDPSession(pages)
  await cdp.send('Performance.enable')
  await cdp.send('HeapProfiler.enable')
  const go = (hash: string) => pages.evaluate((to) => (location.hash = to), hash)

  const round = async () => {
    await go('#/runs')
    await expect(row(pages, 'bright-tephra')).toBeVisible()
    await go(`${run}?tab=charts`)
    await expect(pages.locator('figure canvas').first()).toBeVisible()
    for (const tab of ['log', 'artifacts']) {
      await go(`${run}?tab=${tab}`)
      await expect(pages.locator('figure')).toHaveCount(0)
    }
    for (const [hash, title] of [['#/data', 'Data'], ['#/projects', 'Projects'], ['#/home', 'Home']] as const) {
      await go(hash)
      await expect(pages.getByRole('heading', { level: 1, name: title })).toBeVisible()
    }
    await pages.keyboard.press('Control+k')
    await pages.keyboard.type('teph')
    await expect(pages.getByRole('option', { selected: true })).toContainText('bright-tephra')
    await pages.keyboard.press('Escape')
    await go('#/settings')
    await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  }
  for (let i = 0; i < 5; i++) await round()
  const before = await held(cdp)
  for (let i = 0; i < 10; i++) await round()
  const after = await held(cdp)
  expect(after.nodes - before.nodes).toBeLessThan(40)
  expect(after.listeners - before.listeners).toBeLessThan(10)
  expect(after.heap - before.heap).toBeLessThan(1_500_000)
})
