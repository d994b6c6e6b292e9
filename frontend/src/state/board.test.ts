import { describe, expect, test } from 'vitest'
import { filled, movedChart, parseBoard, placedChart, printBoard, tall, wide, type Board } from './board'

const board: Board = {
  charts: [placedChart({ kind: 'line', y: ['metrics.loss'] }, 'c0'), { id: 'c1', spec: { kind: 'box', y: ['metrics.loss'] }, width: 2, height: 300 }],
  shown: [{ id: 'a', name: 'first', runs: ['a'], slot: 3 }],
}

describe('a board as it is saved', () => {
  test('is read as it was', () => expect(parseBoard(printBoard(board))).toEqual(board))

  test.each([
    ['', undefined],
    ['[]', undefined],
    ['{"charts":{}}', undefined],
    ['{"charts":[{"spec":{"kind":"pie"}},{"spec":null},7]}', { charts: [], shown: [] }],
    ['{"charts":[{"spec":{"kind":"bar"},"width":9,"height":"x"}],"shown":[{"id":1}]}', { charts: [{ id: 'c0', spec: { kind: 'bar' }, width: 1, height: 240 }], shown: [] }],
  ])('of %s, what can be read is read', (text, want) => expect(parseBoard(text)).toEqual(want))
})

test('heights go in steps, widths in columns, both within bounds', () => {
  expect([0, 251, 9999, NaN].map(tall)).toEqual([140, 260, 900, 240])
  expect([-1, 1, 2, 7].map(wide)).toEqual([1, 1, 2, 3])
})

test('a chart is put at another place', () => {
  const charts = ['a', 'b', 'c', 'd'].map((id) => placedChart({ kind: 'line' }, id))
  const order = (id: string, to: number) => movedChart(charts, id, to).map((c) => c.id).join('')
  expect([order('a', 2), order('d', 0), order('b', 99), order('b', -1), order('b', 1), order('x', 0)]).toEqual(['bcad', 'dabc', 'acdb', 'bacd', 'abcd', 'abcd'])
})

test('no row has a hole at its end', () => {
  const chart = (width: 1 | 2 | 3) => ({ ...placedChart({ kind: 'line' }, 'x'), width })
  const widths = (...given: (1 | 2 | 3)[]) => filled(given.map(chart)).map((c) => c.width).join('')
  expect([widths(1, 1, 3, 1), widths(1, 3), widths(1, 1, 1), widths(2, 2), widths()]).toEqual(['1233', '33', '111', '33', ''])
})
