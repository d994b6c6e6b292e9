import { describe, expect, test } from 'vitest'
import { difference, withoutRuns } from './orders'
import { groupOf, idOf, lettersOf, orderOf } from './testorder'

describe('difference', () => {
  test.each([
    ['nothing', 'abc', 'abc', { newer: 0, reordered: false }],
    ['two new on top', 'abc', 'xyabc', { newer: 2, reordered: false }],
    ['one new in the middle', 'abc', 'axbc', { newer: 1, reordered: false }],
    ['another order', 'abc', 'bac', { newer: 0, reordered: true }],
    ['one gone', 'abc', 'ac', { newer: 0, reordered: true }],
    ['one new, one gone', 'abc', 'xab', { newer: 1, reordered: true }],
    ['the first ones', '', 'ab', { newer: 2, reordered: false }],
    ['all gone', 'ab', '', { newer: 0, reordered: true }],
  ])('%s', (_, shown, fresh, want) => {
    expect(difference(orderOf(shown), orderOf(fresh))).toEqual(want)
  })
})

const letters = (order: ReturnType<typeof orderOf>) => lettersOf(Array.from({ length: order.total }, (_, i) => order.id(i)))
const of = (text: string) => new Set(Array.from(text, idOf))

describe('without some', () => {
  test('the others stay in their order', () => {
    expect(letters(withoutRuns(orderOf('abcd'), of('bd')))).toBe('ac')
  })
  test('nothing changes when none of them is in', () => {
    const order = orderOf('ab')
    expect(withoutRuns(order, of('xy'))).toBe(order)
  })
  test('groups close up, and empty ones go', () => {
    const order = orderOf('abcde', { groups: [groupOf('g', 0, 2), groupOf('h', 2, 1), groupOf('i', 3, 2)] })
    const left = withoutRuns(order, of('ac'))
    expect(left.head.groups?.map(({ id, from, runs }) => [id, from, runs])).toEqual([
      ['g', 0, 1],
      ['i', 1, 2],
    ])
  })
  test('runs that were nested in one that goes stand in the one above', () => {
    const left = withoutRuns(orderOf('abcd', {}, [undefined, 0, 1, 0]), of('b'))
    expect([left.parent(0), left.parent(1), left.parent(2)]).toEqual([undefined, 0, 0])
  })
})
