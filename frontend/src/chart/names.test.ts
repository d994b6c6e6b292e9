import { expect, test } from 'vitest'
import { shortestNames, shortNames } from './names'

test.each([
  [['lr 0.1, depth 6, seed 1', 'lr 0.2, depth 6, seed 2'], ['lr 0.1, seed 1', 'lr 0.2, seed 2']],
  [['a, b', 'a'], ['a, b', 'a']],
  [['same', 'same'], ['same', 'same']],
  [['one, two'], ['one, two']],
  [[], []],
])('%j', (names, want) => expect(shortNames(names)).toEqual(want))

test.each([
  [['lr 0.1, max depth 6, trees 240', 'lr 0.1, max depth 8, trees 400'], ['max depth 6, 240', 'max depth 8, 400']],
  [['amber-reed', 'calm-sill'], ['amber-reed', 'calm-sill']],
  [['a 1, b 2', 'c'], ['a 1, b 2', 'c']],
])('%j with few words', (names, want) => expect(shortestNames(names)).toEqual(want))

test('where there is little room, values alone tell several parts apart', () => {
  expect(shortestNames(['depth 6, trees 240', 'depth 8, trees 400'], true)).toEqual(['6, 240', '8, 400'])
  expect(shortestNames(['rate 0.1', 'rate 0.2'], true)).toEqual(['rate 0.1', 'rate 0.2'])
})
