import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parseUsed, Recent, withUsed } from './recent'

const kept = new Map<string, string>()
beforeEach(() => {
  kept.clear()
  vi.stubGlobal('localStorage', { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => kept.set(k, v) })
})
afterEach(() => vi.unstubAllGlobals())

test('the youngest stands first, each once, thirty at most', () => {
  let all = parseUsed(null)
  for (let i = 0; i < 40; i++) all = withUsed(all, { id: `run:${i % 35}`, title: 'x' })
  expect(all).toHaveLength(30)
  expect(all[0]?.id).toBe('run:4')
  expect(new Set(all.map((u) => u.id)).size).toBe(30)
})

test.each(['', '{', 'null', '7', '{"id":1}', '[null, 3, {"id":1,"title":"a"}, {"id":"x"}]'])('%j is nothing', (text) => {
  expect(parseUsed(text)).toEqual([])
})

test('each workspace has its own list, kept for the next start', () => {
  const recent = new Recent()
  expect(recent.of('a')).toEqual([])
  recent.add({ id: 'run:1', title: 'one' })
  expect(recent.of('b')).toEqual([])
  expect(recent.of('a')).toEqual([{ id: 'run:1', title: 'one' }])
  expect(new Recent().of('a')).toEqual([{ id: 'run:1', title: 'one' }])
})

test('storage that refuses loses nothing but the memory', () => {
  vi.stubGlobal('localStorage', undefined)
  const recent = new Recent()
  recent.of('a')
  recent.add({ id: 'run:1', title: 'one' })
  expect(recent.of('a')).toHaveLength(1)
})
