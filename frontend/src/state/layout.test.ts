import { describe, expect, test } from 'vitest'
import { laidOut, parseLayout, withLook, withPlace, withShown } from './layout'

const candidates = ['a', 'b', 'c', 'd'].map((id) => ({ id, standard: id !== 'd' }))
const shown = (layout: readonly { id: string; shown: boolean }[]) => layout.map((look) => (look.shown ? look.id : `(${look.id})`)).join(' ')

describe('a layout', () => {
  test('nobody said anything about is that of the candidates', () => {
    expect(shown(laidOut(candidates, []))).toBe('a b c (d)')
  })
  test('keeps its order; new columns come where they come by themselves', () => {
    const layout = [{ id: 'c', shown: true }, { id: 'a', shown: false }]
    expect(shown(laidOut(candidates, layout))).toBe('c (d) (a) b')
  })
  test('forgets columns that are no more', () => {
    expect(shown(laidOut(candidates, [{ id: 'x', shown: true }, { id: 'b', shown: true }]))).toBe('a b c (d)')
  })
  test('one is shown, hidden, moved, widened', () => {
    expect(shown(laidOut(candidates, withShown(candidates, [], new Set(['d', 'a']), true)))).toBe('a b c d')
    expect(shown(laidOut(candidates, withPlace(candidates, [], 'c', 'a')))).toBe('c a b (d)')
    expect(shown(laidOut(candidates, withPlace(candidates, [], 'a', undefined)))).toBe('b c (d) a')
    expect(withPlace(candidates, [], 'a', 'a')).toEqual([])
    expect(withLook(candidates, [], 'b', { width: 120 }).find((look) => look.id === 'b')).toEqual({ id: 'b', shown: true, width: 120 })
  })
})

test('what was kept is read with care', () => {
  expect(parseLayout([{ id: 'a', shown: true, width: 90, scale: 'bar', pinned: true }, { id: 'b' }, 7, { id: 'c', shown: false, width: 1e9, scale: 'x' }])).toEqual([
    { id: 'a', shown: true, width: 90, scale: 'bar', pinned: true },
    { id: 'c', shown: false },
  ])
  expect(parseLayout('x')).toEqual([])
})
