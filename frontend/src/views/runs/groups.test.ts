import { expect, test } from 'vitest'
import type { RunGroup } from '../../api/tabletypes'
import { shortKey, shortName, troubled } from './groups'

const group = (more: Partial<RunGroup>): RunGroup => ({ id: 'g', name: 'all of it', key: [], runs: 5, from: 0, statuses: {}, cells: [], ...more })

test.each([
  ['learning_rate', 'lr'],
  ['max_depth', 'depth'],
  ['n_estimators', 'estimators'],
  ['batchSize', 'bs'],
  ['alpha', 'alpha'],
  ['optimizer', 'optimizer'],
  ['feature_set', 'feature_set'],
])('%s is %s', (key, want) => {
  expect(shortKey(key)).toBe(want)
})

test('a group is called by what tells it apart', () => {
  const key = [{ text: '0.05' }, { text: '', absent: true }]
  expect(shortName(group({ key }), ['params.learning_rate', 'params.max_depth'])).toBe('lr 0.05, depth –')
  expect(shortName(group({}), [])).toBe('all of it')
})

test('two that would be called the same keep their names', () => {
  expect(shortName(group({ key: [{ text: '1' }, { text: '2' }] }), ['params.max_depth', 'params.min_depth'])).toBe('max_depth 1, min_depth 2')
})

test('the worst status comes first; those that are finished are no trouble', () => {
  expect(troubled(group({ statuses: { finished: 3, running: 1, failed: 1 } }))).toEqual(['failed', 'running'])
})
