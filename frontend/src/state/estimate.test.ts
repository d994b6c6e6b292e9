import { expect, test } from 'vitest'
import { Pace } from './estimate'

const MiB = 1024 * 1024

function run(pace: Pace, seconds: number, perSecond: number, from = 0, bytes = 0) {
  for (let s = 0; s <= seconds; s += 0.5) pace.note((from + s) * 1000, bytes + s * perSecond)
}

test('nothing is promised in the first five seconds', () => {
  const pace = new Pace()
  run(pace, 4.5, 10 * MiB)
  const early = pace.estimate(4_500, 100 * MiB)
  expect(early.rate).toBeCloseTo(10 * MiB)
  expect(early.left).toBeUndefined()
})

test('after that, the rest at the speed of late', () => {
  const pace = new Pace()
  run(pace, 6, 10 * MiB)
  expect(pace.estimate(6_000, 100 * MiB).left).toBeCloseTo(4_000)
})

test('a change of speed is believed after a while', () => {
  const pace = new Pace()
  run(pace, 20, 10 * MiB)
  run(pace, 40, 1 * MiB, 20.5, 200 * MiB)
  const { rate } = pace.estimate(60_500, 1000 * MiB)
  expect(rate).toBeGreaterThan(0.9 * MiB)
  expect(rate).toBeLessThan(1.2 * MiB)
})

test('a stall makes the time left longer', () => {
  const pace = new Pace()
  run(pace, 6, 10 * MiB)
  const before = pace.estimate(6_000, 100 * MiB).left ?? 0
  expect(pace.estimate(12_000, 100 * MiB).left).toBeGreaterThan(before)
})

test('unknown totals and new phases promise nothing', () => {
  const pace = new Pace()
  run(pace, 10, MiB)
  expect(pace.estimate(10_000, 0).left).toBeUndefined()
  pace.note(10_500, 0)
  pace.note(12_000, MiB)
  expect(pace.estimate(12_000, 10 * MiB).left).toBeUndefined()
  expect(new Pace().estimate(0, 1)).toEqual({ rate: undefined, left: undefined })
})
