import { describe, expect, test } from 'vitest'
import { parseShown, shownWith, slotColour, type ShownThing } from './shown'

const thing = (id: string) => ({ id, name: id, runs: [id] })
const slotsOf = (things: readonly ShownThing[]) => Object.fromEntries(things.map(({ id, slot }) => [id, slot]))

describe('colours', () => {
  test('each takes the next one, and keeps it when others go', () => {
    const three = shownWith([], [thing('a'), thing('b'), thing('c')])
    expect(slotsOf(three)).toEqual({ a: 0, b: 1, c: 2 })
    const without = three.filter(({ id }) => id !== 'b')
    expect(slotsOf(shownWith(without, [thing('d'), thing('e')]))).toEqual({ a: 0, c: 2, d: 1, e: 3 })
  })
  test('what is shown already stays as it is', () => {
    const one = shownWith([], [thing('a')])
    expect(shownWith(one, [thing('a')])).toEqual(one)
  })
  test('the thirteenth has that of the first', () => {
    expect(slotColour(12)).toBe(slotColour(0))
    expect(slotColour(11)).toBe('var(--c-12)')
  })
})

test.each([
  [null, []],
  ['{', []],
  ['{"id":"a"}', []],
  ['[{"id":"a","name":"a","runs":["a"],"slot":2},{"id":"b"},{"id":"c","name":"c","runs":[1],"slot":0}]', [{ ...thing('a'), slot: 2 }]],
])('of %s, what can be read is read', (text, want) => {
  expect(parseShown(text)).toEqual(want)
})
