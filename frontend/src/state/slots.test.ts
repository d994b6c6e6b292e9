import { expect, test } from 'vitest'
import { slotsFor, slotsOf } from './slots'

test('a run has its own colour before that of its group', () => {
  const things = [
    { id: 'lr=0.1', name: 'lr 0.1', runs: ['a', 'b'], slot: 0 },
    { id: 'b', name: 'b', runs: ['b'], slot: 4 },
  ]
  expect(slotsOf(things)).toEqual({ 'lr=0.1': 1, a: 1, b: 5 })
})

test('where all was hidden, nothing is in colour; where nobody chose, the owner does', () => {
  expect(slotsFor({ things: [], fresh: false })).toEqual({})
  expect(slotsFor({ things: [], fresh: true })).toBeUndefined()
})
