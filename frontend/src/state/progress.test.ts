import { expect, test } from 'vitest'
import { runProgress, runTimeLeft } from './progress'

const steps = (...xs: number[]) => Float64Array.from(xs.flatMap((x) => [x, 0]))

test.each<[string, Record<string, string>, Float64Array, string]>([
  ['counted from zero', { epochs: '60' }, steps(0, 1, 36), '37 of 60'],
  ['counted from one', { epochs: '60' }, steps(1, 37), '37 of 60'],
  ['the finer of two', { epochs: '3', max_steps: '900' }, steps(0, 449), '450 of 900'],
  ['at its end', { rounds: '10' }, steps(0, 9), '10 of 10'],
  ['more steps than were planned', { epochs: '10' }, steps(0, 500), '–'],
  ['no such param', { alpha: '0.1' }, steps(0, 5), '–'],
  ['no number', { epochs: 'many' }, steps(0, 5), '–'],
  ['without points', { epochs: '10' }, steps(), '–'],
  ['steps below zero', { epochs: '10' }, steps(-1, 0), '–'],
])('%s', (_, params, pairs, want) => {
  const progress = runProgress(params, pairs)
  expect(progress === undefined ? '–' : `${progress.done} of ${progress.total}`).toBe(want)
})

test('time left is told after five seconds of evidence', () => {
  expect(runTimeLeft({ done: 1, total: 10 }, 4_000)).toBeUndefined()
  expect(runTimeLeft({ done: 2, total: 10 }, 10_000)).toBe(40_000)
  expect(runTimeLeft({ done: 10, total: 10 }, 10_000)).toBeUndefined()
})
