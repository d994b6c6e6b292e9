import { expect, test } from 'vitest'
import { common } from './common'

test('the metric that most runs have stands beside them', () => {
  const runs = [{ metrics: { a: 1, rmse: 2 } }, { metrics: { rmse: 1 } }, { metrics: { b: 1 } }, { metrics: {} }]
  expect(common(runs)).toBe('rmse')
  expect(common([{ metrics: { b: 1, a: 1 } }])).toBe('a')
  expect(common([])).toBeUndefined()
})
