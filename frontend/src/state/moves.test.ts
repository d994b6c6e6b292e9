import { expect, test } from 'vitest'
import { waysBack } from './moves'

test('runs that lay together go back together, and those nested in others after them', () => {
  const places = [
    { run: 'child', experiment: 'b', depth: 1 },
    { run: 'one', experiment: 'a', depth: 0 },
    { run: 'grandchild', experiment: 'a', depth: 2 },
    { run: 'two', experiment: 'b', depth: 0 },
    { run: 'three', experiment: 'a', depth: 0 },
  ]
  expect(waysBack(places)).toEqual([
    { experiment: 'a', runs: ['one', 'three'] },
    { experiment: 'b', runs: ['two'] },
    { experiment: 'b', runs: ['child'] },
    { experiment: 'a', runs: ['grandchild'] },
  ])
  expect(waysBack([])).toEqual([])
})
