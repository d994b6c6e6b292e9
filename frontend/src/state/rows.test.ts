import { expect, test } from 'vitest'
import type { RunRow } from '../api/types'
import { dataFilter, idFilter, statusChanges, unique } from './rows'

const row = (id: string, more: Partial<RunRow> = {}): RunRow => ({
  id,
  name: id,
  experiment: '0',
  status: 'running',
  params: {},
  metrics: {},
  data: [],
  trashed: false,
  ...more,
})
test('ids are quoted, and a quote cannot get out', () => {
  expect(idFilter(['a', "b' OR 1=1"])).toBe("attributes.run_id IN ('a', 'b OR 1=1')")
})

test('what changed', () => {
  const before = [row('a'), row('b')]
  const now = [row('a', { status: 'finished' }), row('b'), row('c')]
  expect(statusChanges(before, now).map(([was, is]) => [was.id, is.status])).toEqual([['a', 'finished']])
  expect(unique(['a', 'b', 'a'])).toEqual(['a', 'b'])
})

test.each([
  ['wine', undefined, "dataset.name = 'wine'"],
  ['wine', '2b6d8cf70eb59f8904a1dea5c276a66a9e004e8c23bf6c81643c75a81722bd84', "dataset.name = 'wine' AND dataset.digest = '2b6d8cf70eb59f8904a1dea5c276a66a'"],
  ["ada's", undefined, 'dataset.name = "ada\'s"'],
  [`a"b'c`, 'ff', "dataset.digest = 'ff'"],
])('the runs that read %s, version %s', (name, digest, filter) => {
  expect(dataFilter(name, digest)).toBe(filter)
})
