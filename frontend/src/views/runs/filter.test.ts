import { expect, test } from 'vitest'
import { characters, kindWord, replaced, taken, wrongPart } from './filter'

test.each([
  ['metrics.rmse < lots', 15, { before: 'metrics.rmse < ', part: 'lots' }],
  ["params.a = 'open end", 11, { before: 'params.a = ', part: "'open end" }],
  ['metrics.rmse <', 14, { before: 'metrics.rmse <', part: '\u00a0\u00a0' }],
  ['metrics.rmse <', 99, { before: 'metrics.rmse <', part: '\u00a0\u00a0' }],
  ['🍷 x', 2, { before: '🍷 ', part: 'x' }],
  ['', 0, { before: '', part: '\u00a0\u00a0' }],
])('%j is wrong at %s', (text, offset, want) => {
  expect(wrongPart(text, offset)).toEqual(want)
})

test('without a place nothing is marked', () => {
  expect(wrongPart('x', undefined)).toBeUndefined()
})

test.each([
  ['metr', 0, 4, 'metrics.rmse', 'metrics.rmse ', 13],
  ['metr < 1', 0, 4, 'metrics.rmse', 'metrics.rmse < 1', 13],
  ['🍷 and st', 6, 8, 'status', '🍷 and status ', 14],
  ['mi', 0, 2, 'min(', 'min(', 4],
  ['MIN(lo', 4, 6, 'metrics.loss', 'MIN(metrics.loss) ', 18],
  ['min(lo) < 1', 4, 6, 'metrics.loss', 'min(metrics.loss) < 1', 16],
  ['status in (fa)', 11, 13, 'failed', 'status in (failed)', 17],
])('%j from %i to %i takes %j', (text, from, to, insert, want, cursor) => {
  expect(taken(text, { from, to, insert, kind: 'key' })).toEqual({ text: want, cursor })
})

test('places are counted in characters', () => {
  expect(replaced('🍷 metrics.los < 1', 2, 13, 'metrics.loss')).toBe('🍷 metrics.loss < 1')
  expect(characters('🍷 x', 3)).toBe(2)
})

test.each([
  ['key', 'metrics.rmse', 'metric'],
  ['key', 'params.`a b`', 'param'],
  ['key', 'tags.team', 'tag'],
  ['key', 'data.wine', 'data'],
  ['key', 'data', 'property'],
  ['key', 'datasets.name', 'property'],
  ['key', 'min(', 'of a metric'],
  ['operator', '<=', 'operator'],
  ['value', "'elastic'", 'value'],
  ['word', 'NOT', 'opposite'],
  ['word', 'AND', 'and more'],
] as const)('%s %s is a %s', (kind, insert, want) => {
  expect(kindWord({ kind, insert, from: 0, to: 0 })).toBe(want)
})
