import { expect, test } from 'vitest'
import type { ColumnSummary, NumberSummary, TablePreview } from '../../api/types'
import { dataTime } from '../../format/time'
import { absent, arrayFigure, different, figure, frequent, shapeOf, spread, tableFacts } from './columnwords'

const column = (over: Partial<ColumnSummary> = {}): ColumnSummary => ({ name: 'x', type: 'number', rows: 1000, missing: 0, distinct: 3, many: false, ...over })
const numbers = (over: Partial<NumberSummary> = {}): NumberSummary => ({ count: 4, min: 0, max: 10, mean: 5, std: 1, quantiles: [0, 2, 5, 7, 10], bins: [1, 3], sampled: false, ...over })

test('figures have few digits, the ends of a range all', () => {
  expect([figure(column(), 1.23456), figure(column(), 1.23456, 'all'), figure(column(), 'NaN'), figure(column(), undefined)]).toEqual(['1.235', '1.23456', 'NaN', ''])
  expect(figure(column({ type: 'time' }), 1_709_164_800_000)).toBe('2024-02-29')
})

test('times in data are those of the file', () => {
  expect([dataTime(1_709_208_000_250), dataTime(1_709_208_000_000), dataTime(-1000), dataTime(9e15)]).toEqual(['2024-02-29 12:00:00.250', '2024-02-29 12:00:00', '1969-12-31 23:59:59', '–'])
})

test('how numbers are spread is said', () => {
  expect(spread(column(), numbers())).toBe('from 0 to 10, most often between 5 and 10')
  const day = 86_400_000
  expect(spread(column({ type: 'time' }), numbers({ max: 9.5 * day }))).toBe('from 1970-01-01 to 1970-01-10, most often between 1970-01-05 and 1970-01-10')
  expect(spread(column(), numbers({ max: 0, bins: [4] }))).toBe('all are 0')
})

test('shares of values', () => {
  const common = [{ text: 'pinot', count: 600 }, { text: '', count: 300 }, { text: 'c', count: 60 }, { text: 'd', count: 40 }]
  expect(frequent(column({ type: 'text', common }))).toBe('pinot 60\u2009%, (nothing) 30\u2009%, c 6\u2009%, …')
  expect([absent(column()), absent(column({ missing: 1 })), absent(column({ missing: 250 }))]).toEqual(['0', '1 (< 1 %)', '250 (25\u2009%)'])
  expect([different(column()), different(column({ many: true }))]).toEqual(['3', '> 3'])
})

test('what was read of a table', () => {
  const table: TablePreview = { kind: 'Text', encoding: 'UTF-8', separator: 'comma', rows: 1, more: false, columns: [column()], left: 0, first: [] }
  expect(tableFacts(table)).toBe('1 row, 1 column, UTF-8, separated by comma')
  expect(tableFacts({ kind: 'Parquet', rows: 1_000_000, more: true, columns: [column()], left: 600, first: [] })).toBe('the first 1,000,000 rows, 601 columns, Parquet')
})

test('arrays', () => {
  const array = { shape: [3, 224], type: 'float32', values: 672, read: 672, nan: 0, infinite: 0, min: -1, max: 1, mean: 0.5, std: 'NaN' as const }
  expect([shapeOf(array), shapeOf({ ...array, shape: [] })]).toEqual(['3 × 224', 'one value'])
  expect([arrayFigure(array, 'mean'), arrayFigure(array, 'std'), arrayFigure({ ...array, read: 0 }, 'mean'), arrayFigure(undefined, 'min')]).toEqual(['0.5', 'NaN', '–', '–'])
})
