import { describe, expect, test } from 'vitest'
import type { ComparedRow, ComparedSection, Comparison } from '../api/types'
import { compareSections, metricKeys } from './compare'
import { fromDifference } from './differ'

const row = (key: string, cells: ComparedRow['cells'], more: Partial<ComparedRow> = {}): ComparedRow => ({ key, cells, same: false, best: [], better: '', word: '', ...more })
const text = (value: string, link?: string) => ({ missing: false, text: value, ...(link !== undefined && { link }) })
const number = (value: ComparedRow['cells'][0]['number'], change?: number) => ({ missing: false, ...(value !== undefined && { number: value }), ...(change !== undefined && { change }) })
const none = { missing: true }
const section = (kind: ComparedSection['kind'], rows: ComparedRow[], equal = 0, left = 0): ComparedSection => ({ kind, rows, equal, left })
const comparison = (...sections: ComparedSection[]): Comparison => ({ seq: 1, baseline: 0, runs: [], sections })

function told(c: Comparison, title: string): string[] {
  const rows = compareSections(c).find((s) => s.title === title)?.rows ?? []
  return rows.map((r) => `${r.label}: ${r.values.map((v) => (v === undefined ? '–' : [v.best === true ? '•' : '', v.text, v.change, v.better === undefined ? '' : v.better ? 'better' : 'worse'].filter(Boolean).join(' '))).join(' | ')}`)
}

describe('runs beside each other', () => {
  test('metrics have the same decimals; the best is marked, and a change is better or worse', () => {
    const c = comparison(
      section('metrics', [
        row('rmse', [number(0.412), number(0.419, 1.69903), number('NaN')], { better: 'lower', best: [0] }),
        row('acc', [number(0.5), number(0.75, 50), none], { better: 'higher', best: [1] }),
        row('bias', [number(0), number(1), number(2)]),
        row('loss', [number(1), number(1, 0), number(1, 0)], { better: 'lower', best: [0, 1, 2], same: true }),
      ]),
      section('run', [row('took', [number(8000), number(69_000), none])]),
    )
    expect(told(c, 'Metrics')).toEqual(['rmse: • 0.412 | 0.419 +1.7\u2009% worse | NaN', 'acc: 0.50 | • 0.75 +50\u2009% better | –', 'bias: 0 | 1 | 2', 'loss: 1 | 1 | 1', 'took: 8 s | 1.1 min | –'])
    expect(metricKeys(c)).toEqual(['rmse', 'acc', 'bias', 'loss'])
  })

  test('data by version, code by commit, commands from where they differ', () => {
    const command = (alpha: string) => `python train.py --data /home/ada/wine.csv --alpha ${alpha} --seed 1`
    const c = comparison(section('data', [row('wine', [text('v1', 'aa'), text('v2', 'bb')])]), section('code', [row('commit', [text('7be01d4aaaa'), text('c20f9aabbbb')]), row('command', [text(command('0.1')), text(command('0.15'))])]))
    expect(told(c, 'Data, code, environment')).toEqual(['wine: v1 | v2', 'commit: 7be01d4 | c20f9aa', 'command: … --alpha 0.1 --seed 1 | … --alpha 0.15 --seed 1'])
    expect(compareSections(c)[0]?.rows[0]?.values.map((v) => v?.digest)).toEqual(['aa', 'bb'])
  })

  test('notes are whole; equal packages are counted, not shown', () => {
    const long = 'a note that is longer than all the others, which begins alike'
    const c = comparison(section('tags', [row('paper', [text('yes'), none])]), section('notes', [row('note', [text(long), text(`${long}, twice`)])]), section('packages', [row('xarray', [text('2026.9.0'), text('2026.7.1')])], 112, 3))
    expect(told(c, 'Tags and notes')).toEqual(['paper: yes | –', `note: ${long} | ${long}, twice`])
    expect(compareSections(c).at(-1)).toMatchObject({ title: 'Packages', equal: 112, all: 116, left: 3 })
  })
})

test('long texts are shown from where they differ', () => {
  const of = (...texts: string[]) => fromDifference(texts.map((t) => ({ text: t }))).map((v) => v?.text)
  expect(of('/home/ada/cores/2024/dates.csv', '/home/ada/cores/2025/dates.csv')).toEqual(['… 2024/dates.csv', '… 2025/dates.csv'])
  expect(of('a long text that is the same', 'a long text that is the same')).toEqual(['a long text that is the same', 'a long text that is the same'])
  expect(of('short', 'other')).toEqual(['short', 'other'])
})
