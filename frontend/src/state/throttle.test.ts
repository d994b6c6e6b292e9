import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Throttle, Turns } from './throttle'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** An act that is over when it is told so. */
function slowly() {
  const acts: { end: () => void }[] = []
  const act = () => new Promise<void>((end) => acts.push({ end }))
  return { acts, act }
}

test('many questions within the time are two acts: one at once, one when it is over', async () => {
  const act = vi.fn(() => Promise.resolve())
  const throttle = new Throttle(100, act)
  for (let i = 0; i < 5; i++) {
    throttle.ask()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(act).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(act).toHaveBeenCalledTimes(2)
})

test('an act that takes longer than the time is not begun a second time beside, but once more behind', async () => {
  const { acts, act } = slowly()
  const throttle = new Throttle(100, act)
  throttle.ask()
  for (let i = 0; i < 10; i++) {
    await vi.advanceTimersByTimeAsync(100)
    throttle.ask()
  }
  expect(acts).toHaveLength(1)
  acts[0]?.end()
  await vi.advanceTimersByTimeAsync(0)
  expect(acts).toHaveLength(2)
  acts[1]?.end()
  await vi.advanceTimersByTimeAsync(1000)
  expect(acts).toHaveLength(2)
})

test('what was given up is not done afterwards', async () => {
  const { acts, act } = slowly()
  const throttle = new Throttle(100, act)
  throttle.ask()
  throttle.ask()
  throttle.cancel()
  acts[0]?.end()
  await vi.advanceTimersByTimeAsync(1000)
  expect(acts).toHaveLength(1)
})

test('an answer that was overtaken is not taken', () => {
  const turns = new Turns()
  const [first, second, third] = [turns.next(), turns.next(), turns.next()]
  expect([second(), first(), third()]).toEqual([true, false, true])
})
