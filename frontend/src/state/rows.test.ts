import { describe, expect, test } from 'vitest'
import type { RunPage, RunRow } from '../api/types'
import { append, dataFilter, difference, idFilter, patch, sameParams, shownAmong, statusChanges, unique } from './rows'

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
const rows = (ids: string) => Array.from(ids, (id) => row(id))
const page = (ids: string, total = ids.length): RunPage => ({ runs: rows(ids), total, all: total, seq: 1, params: [], metrics: [] })

describe('difference', () => {
  test.each([
    ['nothing', 'abc', 3, page('abc'), { newer: 0, reordered: false }],
    ['two new on top', 'abc', 3, page('xyabc'), { newer: 2, reordered: false }],
    ['one new in the middle', 'abc', 3, page('axbc'), { newer: 1, reordered: false }],
    ['another order', 'abc', 3, page('bac'), { newer: 0, reordered: true }],
    ['one gone', 'abc', 3, page('ac'), { newer: 0, reordered: true }],
    ['new runs beyond the loaded part', 'abc', 9, page('abc', 11), { newer: 2, reordered: false }],
    ['one that moved up into the loaded part', 'abc', 9, page('axb', 9), { newer: 0, reordered: true }],
    ['the next one comes into view when a shown one was trashed here', 'abc', 9, page('abcx', 9), { newer: 0, reordered: false }],
    ['one new that pushes the last one out', 'abc', 9, page('xab', 10), { newer: 1, reordered: false }],
  ])('%s', (_, shown, total, fresh, want) => {
    expect(difference(rows(shown), total, fresh)).toEqual(want)
  })
})

describe('patch', () => {
  test('new values, same places, other rows untouched', () => {
    const before = rows('abc')
    const after = patch(before, [row('b', { status: 'failed' }), row('z')])
    expect(after.map((r) => r.id)).toEqual(['a', 'b', 'c'])
    expect(after[1]?.status).toBe('failed')
    expect(after[0]).toBe(before[0])
  })
  test('nothing fresh keeps the very same array', () => {
    const before = rows('abc')
    expect(patch(before, [])).toBe(before)
    expect(patch(before, [row('z')])).toBe(before)
  })
})

test('a page below shows nobody twice', () => {
  expect(append(rows('abc'), rows('cd')).map((r) => r.id)).toEqual(['a', 'b', 'c', 'd'])
})

test('ids are quoted, and a quote cannot get out', () => {
  expect(idFilter(['a', "b' OR 1=1"])).toBe("attributes.run_id IN ('a', 'b OR 1=1')")
})

test('params that tell nothing apart', () => {
  const of = (alpha: string, seed?: string) => row('x', { params: { alpha, ...(seed !== undefined && { seed }) } })
  expect(sameParams([of('1', '7'), of('2', '7')], ['alpha', 'seed'])).toEqual(['seed'])
  expect(sameParams([of('1', '7'), of('1')], ['alpha', 'seed'])).toEqual(['alpha'])
  expect(sameParams([of('1')], ['alpha'])).toEqual([])
})

test('what changed, and which of it is shown', () => {
  const before = [row('a'), row('b')]
  const now = [row('a', { status: 'finished' }), row('b'), row('c')]
  expect(statusChanges(before, now).map(([was, is]) => [was.id, is.status])).toEqual([['a', 'finished']])
  expect(shownAmong(now, new Set(['c', 'x']), new Set(['a']))).toEqual(['a', 'c'])
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
