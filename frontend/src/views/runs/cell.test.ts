import { describe, expect, test } from 'vitest'
import type { GroupCell, RunColumn } from '../../api/tabletypes'
import type { CellValue } from '../../state/cells'
import type { GroupLine, RunLine } from '../../state/lines'
import { groupCell, runCell, tint } from './cell'
import { catalogue } from './columns'
import { Formats } from './formats'

const facts = { id: 'a', name: 'a', experiment: '0', status: 'finished' as const, data: [], trashed: false }
const line = (values: Record<string, CellValue>, cut?: ReadonlySet<string>): RunLine => ({ id: 'a', level: 0, facts, values, context: false, ...(cut !== undefined && { cut }) })
const infos: RunColumn[] = [
  { name: 'metrics.rmse', kind: 'metric', key: 'rmse', type: 'number', filled: 3, same: false, min: 0.5, max: 0.9, numbers: 3 },
  { name: 'metrics.gain', kind: 'metric', key: 'gain', type: 'number', filled: 3, same: false, min: -2, max: 1, numbers: 3 },
  { name: 'params.depth', kind: 'param', key: 'depth', type: 'text', filled: 3, same: false },
]
const columns = catalogue({ columns: infos, manyExperiments: false })
const column = (id: string) => {
  const found = columns.find((c) => c.id === id)
  if (found === undefined) throw new Error(`there is no ${id}`)
  return found
}
const sample = [0.5, 0.61234, 0.9].map((rmse) => ({ facts, values: { 'metrics.rmse': rmse } }))
const cells: GroupCell[] = [{ n: 5, mean: 0.64012, sd: 0.0031, min: 0.6355, max: 0.642, filled: 5, same: false }]
const formats = new Formats(sample, new Map(infos.map((i) => [i.name, i])), [cells], ['metrics.rmse'])

describe('the cell of a run', () => {
  test('decimals alike within a column, all digits on hovering', () => {
    expect(runCell(line({ 'metrics.rmse': 0.5 }), column('metrics.rmse'), formats, 'none')).toMatchObject({ text: '0.5000', title: '0.5' })
    expect(runCell(line({ 'metrics.rmse': 0.61234 }), column('metrics.rmse'), formats, 'none').text).toBe('0.6123')
  })
  test('nothing is a dash, and what is no number a word', () => {
    expect(runCell(line({}), column('metrics.rmse'), formats, 'none')).toEqual({ text: '–', faint: true })
    expect(runCell(line({ 'metrics.rmse': NaN }), column('metrics.rmse'), formats, 'bar')).toMatchObject({ text: 'NaN', share: undefined })
    expect(runCell(line({ 'metrics.rmse': -Infinity }), column('metrics.rmse'), formats, 'none').text).toBe('−∞')
  })
  test('bars are between the least and the most of all runs', () => {
    expect(runCell(line({ 'metrics.rmse': 0.7 }), column('metrics.rmse'), formats, 'bar').share).toBeCloseTo(0.5)
  })
  test('colours of signed values have zero in their middle', () => {
    const cell = runCell(line({ 'metrics.gain': -1 }), column('metrics.gain'), formats, 'colour')
    expect(cell.signed).toBe(-0.5)
    expect(tint(cell)).toContain('--div-neg')
    expect(tint(runCell(line({ 'metrics.rmse': 0.9 }), column('metrics.rmse'), formats, 'colour'))).toContain('--seq-3 100%'.replace('--seq-3 ', 'var(--seq-3) '))
  })
  test('a text that is only begun says so', () => {
    const long = runCell(line({ 'params.depth': 'abcdefghij' }, new Set(['params.depth'])), column('params.depth'), formats, 'none')
    expect(long).toMatchObject({ text: 'abcdefghij…', title: 'abcdefghij' })
  })
})

describe('the cell of a group', () => {
  const group = (some: GroupCell[]): GroupLine => ({ id: 'g', level: 0, open: false, group: { id: 'g', name: 'g', key: [], runs: 5, from: 0, statuses: {}, cells: some } })
  test('mean and spread to the same decimals, the rest on hovering', () => {
    const cell = groupCell(group(cells), column('metrics.rmse'), formats, 'none', ['metrics.rmse'])
    expect(cell).toMatchObject({ text: '0.640', spread: '0.003' })
    expect(cell.title).toBe('mean of 5: 0.64012 ± 0.0031, from 0.6355 to 0.642')
  })
  test('what all its runs have; else that it varies', () => {
    const of = (cell: GroupCell) => groupCell(group([cell]), column('params.depth'), formats, 'none', ['params.depth']).text
    expect(of({ n: 0, filled: 5, same: true, text: '6' })).toBe('6')
    expect(of({ n: 0, filled: 5, same: false })).toBe('varies')
    expect(of({ n: 0, filled: 0, same: false })).toBe('–')
  })
  test('a group without a finite number says what there is', () => {
    expect(groupCell(group([{ n: 0, nan: 2, filled: 2, same: false }]), column('metrics.rmse'), formats, 'none', ['metrics.rmse']).text).toBe('NaN')
  })
})
