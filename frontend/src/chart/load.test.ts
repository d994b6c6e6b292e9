import { afterEach, expect, test, vi } from 'vitest'
import { loadECharts } from './load'

afterEach(() => {
  vi.useRealTimers()
})

test('what could not be fetched is asked for again, as long as somebody wants it', async () => {
  vi.useFakeTimers()
  const parts = {} as Awaited<ReturnType<typeof loadECharts>> & object
  let tries = 0
  const load = () => (++tries < 3 ? Promise.reject(new Error('Failed to fetch')) : Promise.resolve(parts))
  const loaded = loadECharts(() => true, load)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await loaded).toBe(parts)
  expect(tries).toBe(3)

  let wanted = true
  const never = loadECharts(() => wanted, () => Promise.reject(new Error('Failed to fetch')))
  wanted = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await never).toBeUndefined()
})
