import { describe, expect, test } from 'vitest'
import { CellStore } from './cells'
import { Lines, Shape } from './lines'
import { groupOf, idOf, lettersOf, orderOf } from './testorder'

const none = new Set<string>()
const told = (shape: Shape) => Array.from({ length: shape.count }, (_, line) => shape.group(line)?.id ?? lettersOf(shape.runs(line))).join(' ')

describe('a plain order', () => {
  const shape = new Shape(orderOf('abc'), none)
  test('is its lines', () => {
    expect(told(shape)).toBe('a b c')
    expect([shape.tree, shape.level(1), shape.open(1)]).toEqual([false, 0, undefined])
  })
  test('has nothing beyond its ends', () => {
    expect([shape.run(-1), shape.run(3)]).toEqual([undefined, undefined])
    expect(shape.runs(3)).toEqual([])
  })
})

describe('groups', () => {
  const order = orderOf('abcd', { groups: [groupOf('g', 0, 2), groupOf('h', 2, 1), groupOf('i', 3, 1)] })
  test('are closed, and stand for their runs', () => {
    const shape = new Shape(order, none)
    expect(told(shape)).toBe('g h i')
    expect(lettersOf(shape.runs(0))).toBe('ab')
  })
  test('show their runs when they are open', () => {
    const shape = new Shape(order, new Set(['h', 'i']))
    expect(told(shape)).toBe('g h c i d')
    expect([0, 1, 2, 3, 4].map((line) => shape.level(line))).toEqual([0, 0, 1, 0, 1])
    expect([shape.within(2), shape.within(4), shape.within(0)]).toEqual(['h', 'i', undefined])
  })
})

describe('nested runs', () => {
  // a with b and c in it, and d in c; e by itself, with f.
  const order = (context: number[] = []) => orderOf('abcdef', { context }, [undefined, 0, 0, 2, undefined, 4])
  test('are closed until they are opened', () => {
    expect(told(new Shape(order(), none))).toBe('a e')
    expect(told(new Shape(order(), new Set([idOf('a')])))).toBe('a b c e')
  })
  test('to any depth', () => {
    const shape = new Shape(order(), new Set([idOf('a'), idOf('c')]))
    expect(told(shape)).toBe('a b c d e')
    expect([0, 1, 2, 3, 4].map((line) => shape.level(line))).toEqual([0, 1, 1, 2, 0])
    expect([0, 1, 2, 3].map((line) => shape.open(line))).toEqual([true, undefined, true, undefined])
  })
  test('those that are here for what matches in them are open', () => {
    const shape = new Shape(order([0, 2]), none)
    expect(told(shape)).toBe('a b c d e')
    expect([shape.isContext(0), shape.isContext(1)]).toEqual([true, false])
    expect(told(new Shape(order([0, 2]), new Set([idOf('c')])))).toBe('a b c e')
  })
  test('stand for themselves only', () => {
    expect(lettersOf(new Shape(order(), none).runs(0))).toBe('a')
  })
})

test('a line stays the same object until something is known anew of its run', () => {
  const cells = new CellStore()
  const facts = (id: string) => ({ id, name: id, experiment: '0', status: 'finished' as const, data: [], trashed: false })
  const ids = ['a', 'b'].map(idOf)
  cells.merge(ids, ['x'], { seq: 1, runs: ids.map(facts), columns: [] })
  const shape = new Shape(orderOf('ab'), none)
  const before = new Lines(shape, cells)
  const was = [before.at(0), before.at(1)]
  cells.merge([idOf('b')], ['x'], { seq: 2, runs: [facts(idOf('b'))], columns: [{ name: 'x', type: 'number', numbers: [3] }] })
  const after = new Lines(shape, cells, before)
  expect(after.at(0)).toBe(was[0])
  expect(after.at(1)).not.toBe(was[1])
})
