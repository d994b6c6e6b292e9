import { expect, test } from 'vitest'
import { wrongPart } from './filter'

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
