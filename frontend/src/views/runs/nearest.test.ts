import { describe, expect, test } from 'vitest'
import { bound, boundFilter, nearestFirst, noneWithin, within } from './nearest'

describe('a filter that bounds one metric', () => {
  test.each([
    ['metrics.rmse < 0.4', { key: 'rmse', way: '<', limit: 0.4 }, 'metrics.rmse ASC'],
    ['metric.`val loss`>=1e-3', { key: 'val loss', way: '>=', limit: 0.001 }, 'metrics.`val loss` DESC'],
    ['metrics."system/cpu" > .5', { key: 'system/cpu', way: '>', limit: 0.5 }, 'metrics.`system/cpu` DESC'],
    [' rmse <= -2 ', { key: 'rmse', way: '<=', limit: -2 }, 'metrics.rmse ASC'],
  ] as const)('%s', (filter, want, order) => {
    expect(bound(filter)).toEqual(want)
    expect(nearestFirst(want)).toBe(order)
  })
  test.each(['', 'metrics.rmse = 0.4', 'metrics.rmse < 0.4 and metrics.r2 > 0', "params.alpha < '1'", 'params.alpha < 1', 'attributes.start_time > 5', 'tags.x > 1', 'metrics.rmse <', 'metrics.rmse < much'])(
    '%j is none',
    (filter) => {
      expect(bound(filter)).toBeUndefined()
    },
  )
})

test.each([
  ['<', 'No run has rmse below 0.4'],
  ['<=', 'No run has rmse of at most 0.4'],
  ['>', 'No run has rmse above 0.4'],
  ['>=', 'No run has rmse of at least 0.4'],
] as const)('%s in words', (way, want) => {
  expect(noneWithin({ key: 'rmse', way, limit: 0.4 })).toBe(want)
})

test.each([
  ['<', 0.6355, 'metrics.rmse < 0.64'],
  ['<', 0.63, 'metrics.rmse < 0.64'],
  ['<', 0.99, 'metrics.rmse < 1'],
  ['<', -0.6355, 'metrics.rmse < -0.63'],
  ['<', 0, 'metrics.rmse < 0.1'],
  ['<=', 1234, 'metrics.rmse < 1300'],
  ['>', 0.6355, 'metrics.rmse > 0.63'],
  ['>', 0.1, 'metrics.rmse > 0.09'],
  ['>', 12, 'metrics.rmse > 11'],
  ['>=', 3e-7, 'metrics.rmse > 2.9e-7'],
] as const)('the bound %s that %s keeps', (way, value, want) => {
  const wider = within({ key: 'rmse', way, limit: 0 }, value)
  expect(wider === undefined ? undefined : boundFilter(wider)).toBe(want)
  expect(wider === undefined ? false : way.startsWith('<') ? value < wider.limit : value > wider.limit).toBe(true)
})

test.each([Infinity, -Infinity])('no bound is drawn at %s', (value) => {
  expect(within({ key: 'rmse', way: '<', limit: 0 }, value)).toBeUndefined()
})
