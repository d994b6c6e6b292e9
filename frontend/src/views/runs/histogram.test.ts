import { describe, expect, test } from 'vitest'
import type { RunColumn } from '../../api/tabletypes'
import { heights, stretch, withRange } from './histogram'

const column: RunColumn = { name: 'metrics.rmse', kind: 'metric', key: 'rmse', type: 'number', filled: 9, same: false, min: 0.6, max: 0.8, buckets: [1, 0, 3, 4, 1] }

test('a single run is seen beside a thousand', () => {
  expect(heights([1000, 0, 1])).toEqual([1, 0, 0.1])
  expect(heights([0, 0])).toEqual([0, 0])
})

describe('a drag', () => {
  test('takes the buckets that it touches, in both directions', () => {
    expect(stretch(column, 0.3, 0.5)).toEqual({ first: 1, last: 2, least: 0.64, most: 0.72 })
    expect(stretch(column, 0.5, 0.3)).toEqual(stretch(column, 0.3, 0.5))
  })
  test('at the ends keeps the least and the most', () => {
    expect(stretch(column, 0, 1)).toMatchObject({ least: 0.6, most: 0.8 })
  })
  test('tells nothing where all are alike', () => {
    expect(stretch({ ...column, max: 0.6 }, 0, 1)).toBeUndefined()
  })
})

describe('the filter after it', () => {
  test.each([
    ['', 'metrics.rmse >= 0.6 AND metrics.rmse <= 0.7'],
    ["params.a = 'x and y'", "params.a = 'x and y' AND metrics.rmse >= 0.6 AND metrics.rmse <= 0.7"],
    ['metrics.rmse >= 0.5 AND metrics.rmse <= 0.9', 'metrics.rmse >= 0.6 AND metrics.rmse <= 0.7'],
    ['metrics.rmse < 0.9 and status = "FAILED"', 'status = "FAILED" AND metrics.rmse >= 0.6 AND metrics.rmse <= 0.7'],
    ['metrics.rmse2 < 0.9', 'metrics.rmse2 < 0.9 AND metrics.rmse >= 0.6 AND metrics.rmse <= 0.7'],
    ["a = '1' or b = '2'", "(a = '1' or b = '2') AND metrics.rmse >= 0.6 AND metrics.rmse <= 0.7"],
    ["(a = '1' and b = '2') and c = '3'", "(a = '1' and b = '2') AND c = '3' AND metrics.rmse >= 0.6 AND metrics.rmse <= 0.7"],
    ['started in last 7 days', 'started in last 7 days AND metrics.rmse >= 0.6 AND metrics.rmse <= 0.7'],
  ])('%s', (before, after) => {
    expect(withRange(before, 'metrics.rmse', 0.6, 0.7)).toBe(after)
  })
})
