import { expect, test } from 'vitest'
import { boxAt, placed } from './order'

test('one is put where another stands, within the row', () => {
  expect(placed(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd'])
  expect(placed(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c'])
  expect(placed(['a', 'b'], 1, 9)).toEqual(['a', 'b'])
  expect(placed(['a', 'b'], 1, -1)).toEqual(['b', 'a'])
  expect(placed(['a', 'b'], 7, 0)).toEqual(['a', 'b'])
})

test('a place lies over a box, or is nearest to one at an end', () => {
  const boxes = [{ left: 10, right: 20 }, { left: 20, right: 30 }]
  expect([-5, 12, 20, 29, 99].map((x) => boxAt(boxes, x))).toEqual([0, 0, 1, 1, 1])
})
