import { expect, test } from 'vitest'
import { laneSentence, scale, spanBox } from './lanes'

test('a span lies between its beginning and its end, or now', () => {
  expect(spanBox({ from: 100, to: 150 }, 100, 200)).toEqual({ left: 0, width: 50 })
  expect(spanBox({ from: 150 }, 100, 200)).toEqual({ left: 50, width: 50 })
  expect(spanBox({ from: 300 }, 100, 200)).toEqual({ left: 100, width: 0 })
  expect(spanBox({ from: 100 }, 100, 100).width).toBe(0)
})

test('the scale says each day once, and ends today', () => {
  const day = 86_400_000
  const now = new Date(2026, 10, 21, 12).getTime()
  expect(scale(now - 1000, now).map((m) => m.label)).toEqual(['today'])
  const long = scale(now - 90 * day, now)
  expect(long.map((m) => Math.round(m.left))).toEqual([0, 33, 67, 100])
  expect(new Set(long.map((m) => m.label)).size).toBe(4)
})

test('lanes are told in words', () => {
  const lanes = [
    { stage: 'Production', rows: 1, spans: [{ id: 'a', version: 1, from: 1, to: 2, row: 0 }, { id: 'b', version: 2, from: 2, row: 0 }] },
    { alias: 'paper', rows: 1, spans: [{ id: 'a', version: 1, from: 1, to: 2, row: 0 }] },
  ]
  expect(laneSentence(lanes)).toBe('Which version held what. Production: version 2, before that version 1; the alias paper: nothing now, before that version 1.')
})
