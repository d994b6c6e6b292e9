import { expect, test } from 'vitest'
import type { ModelComparison } from '../../api/types'
import { allRows, fewRows } from './compared'

type Row = ModelComparison['sections'][number]['rows'][number]

function row(key: string, better: Row['better'], a: number, b: number, change?: number): Row {
  return { key, better, same: a === b, word: '', best: [], cells: [{ missing: false, number: a }, { missing: false, number: b, ...(change !== undefined && { change }) }] }
}

const version = { id: 'x', number: 1, stage: 'None', aliases: [], tags: [], status: 'ready', source: 's', data: [], metrics: {}, created: 1, updated: 1 } as const
const compared = {
  a: { ...version, size: 1024 },
  b: { ...version, number: 2, size: 2048 },
  signature: 'differs',
  sections: [
    { kind: 'params', equal: 1, left: 0, rows: [{ key: 'depth', better: '', same: false, word: '', best: [], cells: [{ missing: false, text: '3' }, { missing: true }] }] },
    { kind: 'metrics', equal: 1, left: 0, rows: [row('odd', '', 1, 2, 100), row('rmse', 'lower', 0.5, 0.4, -20), row('r2', 'higher', 0.9, 0.8, -11.1), row('mae', 'lower', 1, 1, 0)] },
  ],
} as unknown as ModelComparison

test('what decides comes first, and says whether it is better', () => {
  expect(fewRows(compared).map((r) => [r.key, r.a, r.b, r.change, r.sense])).toEqual([
    ['rmse', '0.5', '0.4', '−20\u2009%', 'better'],
    ['r2', '0.9', '0.8', '−11\u2009%', 'worse'],
    ['mae', '1', '1', 'same', 'neither'],
    ['odd', '1', '2', '+100\u2009%', 'neither'],
    ['size', '1.00 KiB', '2.00 KiB', '+100\u2009%', 'neither'],
  ])
  expect(fewRows(compared, 1)).toHaveLength(2)
})

test('everything is there by kinds, metrics first', () => {
  const all = allRows(compared)
  expect(all.map((s) => [s.title, s.equal])).toEqual([['Metrics', 1], ['Model', 0], ['Params', 1]])
  expect(all[1]?.rows[1]?.change).toBe('differs')
  expect(all[2]?.rows[0]).toMatchObject({ a: '3', b: '–', change: '' })
})

test('what is many times as much is told in times', () => {
  const size = (now: number) => fewRows({ ...compared, b: { ...compared.b, size: now } }).find((r) => r.key === 'size')?.change
  expect(size(9 * 1024)).toBe('+800\u2009%')
  expect(size(55 * 1024)).toBe('×55')
  expect(size(512)).toBe('−50\u2009%')
})
