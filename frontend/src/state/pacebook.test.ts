import { expect, test } from 'vitest'
import type { Job } from '../api/types'
import { update } from './pacebook'

const job = (id: string, state: Job['state'], started = 0): Job => ({
  id,
  kind: 'data.add',
  title: id,
  state,
  bytes: 0,
  total: 0,
  items: 0,
  started,
})

test('running jobs come first, then the youngest', () => {
  const { all } = update([], [job('old', 'done', 1), job('new', 'done', 2), job('run', 'running', 0)])
  expect(all.map((j) => j.id)).toEqual(['run', 'new', 'old'])
})

test('a job ends once', () => {
  const first = update([job('a', 'running')], [job('a', 'failed')])
  expect(first.ended.map((j) => j.id)).toEqual(['a'])
  expect(update(first.all, [job('a', 'failed')]).ended).toEqual([])
})

test('a job that was over when it was first seen does not end now', () => {
  expect(update([], [job('a', 'done')]).ended).toEqual([])
})

test('an answer that is older than the end does not bring a job back', () => {
  const over = update([job('a', 'running')], [job('a', 'done')])
  expect(update(over.all, [job('a', 'running')]).all.map((j) => j.state)).toEqual(['done'])
})

test('fifty are kept, the running ones among them', () => {
  const many = Array.from({ length: 80 }, (_, i) => job(String(i), 'done', i))
  const { all } = update([job('r', 'running', -1)], many)
  expect(all).toHaveLength(50)
  expect(all[0]?.id).toBe('r')
})
