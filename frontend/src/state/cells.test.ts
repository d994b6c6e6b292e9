import { describe, expect, test } from 'vitest'
import type { RunCells, RunFacts } from '../api/tabletypes'
import { CellStore } from './cells'

const facts = (id: string, status: RunFacts['status'] = 'finished'): RunFacts => ({ id, name: id, experiment: '0', status, data: [], trashed: false })
const answer = (ids: string, columns: RunCells['columns'] = []): RunCells => ({ seq: 1, runs: Array.from(ids, (id) => facts(id)), columns })
const ids = (text: string) => Array.from(text)

describe('cells', () => {
  test('come by column, with gaps, and with numbers that JSON has not', () => {
    const store = new CellStore()
    store.merge(ids('abc'), ['m', 'p', 'q'], answer('abc', [
      { name: 'm', type: 'number', numbers: ['NaN', 2, '-Infinity'] },
      { name: 'p', type: 'text', at: [1], texts: ['x'], cut: [1] },
    ]))
    expect(store.get('a')?.values).toEqual({ m: NaN, p: undefined, q: undefined })
    expect(store.get('b')?.values).toEqual({ m: 2, p: 'x', q: undefined })
    expect(store.get('c')?.values['m']).toBe(-Infinity)
    expect([store.get('a')?.cut, store.get('b')?.cut?.has('p')]).toEqual([undefined, true])
  })

  test('what is known, has nothing, or is not there is not asked for again', () => {
    const store = new CellStore()
    store.merge(ids('abz'), ['m'], answer('ab'))
    expect(store.missing(ids('abcz'), ['m'])).toEqual(['c'])
    expect(store.missing(ids('ab'), ['m', 'n'])).toEqual(['a', 'b'])
  })

  test('a change is asked for once, and one during the asking again', () => {
    const store = new CellStore()
    store.merge(ids('ab'), ['m'], answer('ab'))
    expect(store.changed(['b', 'x'])).toBe(true)
    expect(store.missing(ids('ab'), ['m'])).toEqual(['b'])
    store.asking(['b'])
    store.changed(['b'])
    store.merge(['b'], ['m'], answer('b'))
    expect(store.missing(ids('ab'), ['m'])).toEqual(['b'])
    store.asking(['b'])
    store.merge(['b'], ['m'], answer('b'))
    expect(store.missing(ids('ab'), ['m'])).toEqual([])
  })

  test('a change is no less one before the first answer is here', () => {
    const store = new CellStore()
    store.asking(['n'])
    expect(store.changed(['n'])).toBe(false)
    store.merge(['n'], ['m'], answer('n'))
    expect(store.missing(['n'], ['m'])).toEqual(['n'])
    store.asking(['n'])
    store.merge(['n'], ['m'], answer('n'))
    expect(store.missing(['n'], ['m'])).toEqual([])
  })

  test('after a change, cells that were not asked for are old', () => {
    const store = new CellStore()
    store.merge(['a'], ['m', 'n'], answer('a', [{ name: 'n', type: 'number', numbers: [1] }]))
    store.changed(['a'])
    store.asking(['a'])
    store.merge(['a'], ['m'], answer('a'))
    expect(store.missing(['a'], ['m'])).toEqual([])
    expect(store.missing(['a'], ['n'])).toEqual(['a'])
  })

  test('without one, further columns come beside those that are here', () => {
    const store = new CellStore()
    store.merge(['a'], ['m'], answer('a', [{ name: 'm', type: 'number', numbers: [1] }]))
    store.merge(['a'], ['n'], answer('a', [{ name: 'n', type: 'number', numbers: [2] }]))
    expect(store.get('a')?.values).toEqual({ m: 1, n: 2 })
  })

  test('another status is told', () => {
    const store = new CellStore()
    store.merge(['a'], ['m'], answer('a'))
    const moved = store.merge(['a'], ['m'], { seq: 2, runs: [facts('a', 'failed')], columns: [] })
    expect(moved.map(([before, now]) => `${before.status}→${now.status}`)).toEqual(['finished→failed'])
  })

  test('thousands are let go, those first that were read longest ago', () => {
    const store = new CellStore()
    const many = Array.from({ length: 5000 }, (_, i) => `r${i}`)
    store.merge(many, ['m'], { seq: 1, runs: many.map((id) => facts(id)), columns: [] })
    expect(store.get('r0')).toBeUndefined()
    expect(store.get('r4999')).toBeDefined()
    expect([...store.all]).toHaveLength(4000)
  })
})
