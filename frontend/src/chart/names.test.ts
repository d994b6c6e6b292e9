import { expect, test } from 'vitest'
import { shortNames } from './names'

test.each([
  [['lr 0.1, depth 6, seed 1', 'lr 0.2, depth 6, seed 2'], ['lr 0.1, seed 1', 'lr 0.2, seed 2']],
  [['a, b', 'a'], ['a, b', 'a']],
  [['same', 'same'], ['same', 'same']],
  [['one, two'], ['one, two']],
  [[], []],
])('%j', (names, want) => expect(shortNames(names)).toEqual(want))
