import { describe, expect, test } from 'vitest'
import { merge } from './batch'
import { order, parseChange } from './parse'

describe('parseChange', () => {
  test.each(['', '{', 'null', '[]', '{"runs":[]}', '{"seq":"3"}'])('refuses %j', (text) => {
    expect(parseChange(text)).toBeUndefined()
  })
  test('reads a change', () => {
    expect(parseChange('{"seq":3,"runs":["a"]}')).toEqual({ seq: 3, runs: ['a'] })
  })
})

test.each([
  [3, { seq: 4 }, 'next'],
  [3, { seq: 3 }, 'old'],
  [3, { seq: 1 }, 'old'],
  [3, { seq: 5 }, 'gap'],
  [3, { seq: 1, reset: true }, 'gap'],
] as const)('after %s, %o is %s', (last, change, want) => {
  expect(order(last, change)).toBe(want)
})

test('merging unites ids, keeps the newest state of a job, and every dropped path', () => {
  const job = { id: 'j', kind: 'data.add', title: '', state: 'running', bytes: 1, total: 2, items: 0, started: 0 } as const
  const batch = merge(
    [
      { seq: 1, runs: ['a', 'b'], jobs: [job], dropped: ['/x'] },
      { seq: 2, runs: ['b'], metrics: ['c'], logs: ['d'], datasets: true, jobs: [{ ...job, bytes: 2 }], dropped: ['/y'] },
    ],
    false,
  )
  expect([...batch.runs]).toEqual(['a', 'b'])
  expect([...batch.metrics, ...batch.logs]).toEqual(['c', 'd'])
  expect([batch.datasets, batch.projects, batch.experiments]).toEqual([true, false, false])
  expect(batch.jobs.map((j) => j.bytes)).toEqual([2])
  expect(batch.dropped).toEqual(['/x', '/y'])
})
