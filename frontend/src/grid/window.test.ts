import { describe, expect, test } from 'vitest'
import { columnRing, columnSpan, inSlot, offsets, reveal, ringSize, rowSpan, type Span } from './window'

const height = 28

describe('rowSpan', () => {
  test.each([
    ['the top', 0, 280, 1000, 2, { first: 0, end: 15 }],
    ['within', 2800, 280, 1000, 2, { first: 98, end: 113 }],
    ['the end', 28000, 280, 1000, 2, { first: 985, end: 1000 }],
    ['fewer rows than fit', 0, 280, 3, 2, { first: 0, end: 3 }],
    ['no rows', 0, 280, 0, 2, { first: 0, end: 0 }],
    ['pulled above the top, as touch screens do', -50, 280, 1000, 2, { first: 0, end: 15 }],
  ])('%s', (_, top, viewport, count, spare, want) => {
    expect(rowSpan(top, viewport, height, count, spare)).toEqual(want)
  })

  test('shows every row that can be seen, at every scroll position', () => {
    for (let top = 0; top <= 100 * height - 301; top += 7) {
      const span = rowSpan(top, 301, height, 100, 0)
      expect(span.first * height).toBeLessThanOrEqual(top)
      expect(span.end * height).toBeGreaterThanOrEqual(Math.min(100 * height, top + 301))
    }
  })
})

describe('the ring', () => {
  const size = ringSize(280, height, 2)
  const shown = (span: Span) => Array.from({ length: size }, (_, s) => inSlot(s, size, span))

  test('shows each row of the span in exactly one slot', () => {
    for (let first = 0; first < 60; first++) {
      const rows = shown({ first, end: first + size }).filter((r) => r !== undefined)
      expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => first + i))
    }
  })

  test('rewrites one slot when it moves by one', () => {
    const before = shown({ first: 40, end: 40 + size })
    const after = shown({ first: 41, end: 41 + size })
    expect(after.filter((row, i) => row !== before[i])).toEqual([40 + size])
  })

  test('leaves slots empty when there are fewer rows', () => {
    expect(shown({ first: 0, end: 3 }).filter((r) => r !== undefined)).toEqual([0, 1, 2])
  })
})

describe('columns', () => {
  const at = offsets([100, 50, 200, 80])
  test('begin where the ones before end', () => {
    expect(at).toEqual([0, 100, 150, 350, 430])
  })
  test.each([
    [0, 120, { first: 0, end: 2 }],
    [100, 150, { first: 1, end: 2 }],
    [99, 151, { first: 0, end: 3 }],
    [400, 900, { first: 3, end: 4 }],
    [900, 1000, { first: 4, end: 4 }],
  ])('between %s and %s', (left, right, want) => {
    expect(columnSpan(at, left, right, 0)).toEqual(want)
  })
  test('have as many slots as are ever seen at once, wherever the window stands', () => {
    for (const viewport of [10, 60, 170, 300, 1000]) {
      const ring = columnRing(at, viewport, 0)
      let most = 0
      for (let left = 0; left < 430; left++) {
        const { first, end } = columnSpan(at, left, left + viewport, 0)
        most = Math.max(most, end - first)
      }
      expect(ring).toBeGreaterThanOrEqual(most)
      expect(ring).toBeLessThanOrEqual(most + 1)
    }
    expect(columnRing(offsets([]), 100, 1)).toBe(1)
  })
  test('some are spare on both sides', () => {
    expect(columnSpan(at, 100, 150, 1)).toEqual({ first: 0, end: 3 })
    expect(columnSpan(offsets([]), 0, 100, 1)).toEqual({ first: 0, end: 0 })
  })
})

test.each([
  [100, 300, 150, 178, 100],
  [100, 300, 50, 78, 50],
  [100, 300, 390, 418, 118],
])('from %s with %s seen, %s to %s is revealed at %s', (scroll, viewport, begin, end, want) => {
  expect(reveal(scroll, viewport, begin, end)).toBe(want)
})
