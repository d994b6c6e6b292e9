import { expect, test } from 'vitest'
import { brushFilter, insideBrushes } from './brush'
import type { Drawn } from './drawn'

const axes = [
  { column: 'params.lr', label: 'lr', kind: 'number', format: 'metric' },
  { column: 'params.opt', label: 'opt', kind: 'text', categories: ['adam', "it's", '–'], format: '' },
  { column: 'duration', label: 'duration', kind: 'duration', format: 'duration' },
]
const dims = ['params.lr', 'params.opt', 'duration', 'row']
const drawn: Drawn = {
  head: {
    kind: 'parallel', title: '', note: '', option: {}, axes, matching: 3, drawn: 3,
    series: [{ id: '', label: 'other runs', role: 'lines', slot: 0, dims, total: 0, sampled: false }, { id: 'c', label: 'c', role: 'lines', slot: 1, dims, total: 0, sampled: false }],
  },
  blocks: [Float64Array.of(0.1, 0, 1000, 0, NaN, 1, 2000, 1), Float64Array.of(0.3, 1, 3000, 2)],
}

test('a run is inside where it is inside of every brush; what is missing is outside', () => {
  expect(insideBrushes(drawn, [])).toBeUndefined()
  expect(insideBrushes(drawn, [{ column: 'params.none', from: 0, to: 1 }])).toBeUndefined()
  expect([...(insideBrushes(drawn, [{ column: 'params.lr', from: 0, to: 1 }]) ?? [])]).toEqual([0, 2])
  expect([...(insideBrushes(drawn, [{ column: 'params.lr', from: 0, to: 1 }, { column: 'duration', from: 2500, to: 9000 }]) ?? [])]).toEqual([2])
})

test.each([
  [[{ column: 'params.lr', from: 0.1, to: 0.30000001 }], 'params.lr >= 0.1 AND params.lr <= 0.3'],
  [[{ column: 'params.lr', from: 1e-9, to: 5e7 }], 'params.lr >= 1e-9 AND params.lr <= 50000000'],
  [[{ column: 'params.opt', from: -0.4, to: 0.4 }], "params.opt = 'adam'"],
  [[{ column: 'params.opt', from: 0, to: 1 }, { column: 'duration', from: 1500, to: 2500 }], `params.opt IN ('adam', "it's") AND duration >= 1s AND duration <= 3s`],
  [[{ column: 'params.opt', from: 1, to: 2 }], undefined],
  [[{ column: 'gone', from: 1, to: 2 }], undefined],
  [[], undefined],
])('%j as a filter', (brushes, want) => expect(brushFilter(axes, brushes)).toBe(want))
