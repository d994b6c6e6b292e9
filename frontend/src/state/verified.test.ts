import { expect, test } from 'vitest'
import type { Job } from '../api/types'
import { damageOf, verifiedResult } from './verified'

const job = (kind: Job['kind'], state: Job['state'], result?: string): Job => ({ id: '1', kind, title: 'Verify data', state, started: 1, bytes: 0, total: 0, items: 0, ...(result !== undefined && { result }) })
const verified = { versions: 2, files: 3, bytes: 9, read: 6, count: 2, mended: 0, damage: [{ name: 'wine', version: 2, path: 'a.csv', why: 'the record is damaged', hint: 'Run doctor.' }, { name: 'wine', version: 1, path: '', why: 'it is missing' }] }

test('what came of a verification is there once it has ended, and of no other job', () => {
  expect(verifiedResult(job('data.verify', 'done', JSON.stringify(verified)))).toEqual(verified)
  expect(verifiedResult(job('data.verify', 'running'))).toBeUndefined()
  expect(verifiedResult(job('data.verify', 'failed', ''))).toBeUndefined()
  expect(verifiedResult(job('data.add', 'done', '1'))).toBeUndefined()
})

test('each damage says where it is, and why', () => {
  expect(damageOf(verified)).toEqual([
    { where: 'wine, version 2, a.csv', why: 'the record is damaged. Run doctor.' },
    { where: 'wine, version 1, all of it', why: 'it is missing' },
  ])
})
