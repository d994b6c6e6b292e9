import { describe, expect, test } from 'vitest'
import { choose, shareOf } from './choosing'

const of = (...chosen: string[]) => new Set(chosen)

describe('choosing', () => {
  const runs = (line: number) => [['a'], ['b'], ['c'], ['d']][line] ?? []
  test('one is toggled', () => {
    expect(choose(of(), runs, 1, undefined)).toEqual(of('b'))
    expect(choose(of('b'), runs, 1, undefined)).toEqual(of())
  })
  test('from the anchor to here, in both directions', () => {
    expect(choose(of('a'), runs, 2, 0)).toEqual(of('a', 'b', 'c'))
    expect(choose(of('d'), runs, 2, 3)).toEqual(of('c', 'd'))
  })
  test('an anchor that was taken out takes out', () => {
    expect(choose(of('b', 'c', 'd'), runs, 2, 0)).toEqual(of('d'))
  })
})

describe('a group', () => {
  const runs = (line: number) => [['a', 'b'], ['a'], ['b'], ['c', 'd']][line] ?? []
  test('stands for its runs', () => {
    expect(choose(of(), runs, 0, undefined)).toEqual(of('a', 'b'))
    expect(choose(of('a', 'b'), runs, 0, undefined)).toEqual(of())
  })
  test('chosen in part, it is completed', () => {
    expect(choose(of('a'), runs, 0, undefined)).toEqual(of('a', 'b'))
  })
  test('a stretch over groups takes all that is in them', () => {
    expect(choose(of('b'), runs, 3, 2)).toEqual(of('b', 'c', 'd'))
  })
})

test.each([
  [of(), ['a'], 'none'],
  [of('a'), ['a', 'b'], 'some'],
  [of('a', 'b', 'c'), ['a', 'b'], 'all'],
  [of('a'), [], 'none'],
] as const)('of %j, %j is %s', (chosen, ids, want) => {
  expect(shareOf(chosen, ids)).toBe(want)
})
