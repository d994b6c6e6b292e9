import { beforeEach, expect, test, vi } from 'vitest'
import { rememberStrip, stripHeight } from './strips'

let kept: Map<string, string>
beforeEach(() => {
  kept = new Map()
  vi.stubGlobal('localStorage', { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value) })
})

test('heights are remembered for each choice of experiments', () => {
  rememberStrip('7', 212)
  rememberStrip('', 0)
  rememberStrip('7', 190)
  expect([stripHeight('7'), stripHeight(''), stripHeight('8')]).toEqual([190, 0, 0])
})

test('tables that were not looked at for long are forgotten', () => {
  for (let i = 0; i < 25; i++) rememberStrip(`${i}`, 100)
  expect([stripHeight('0'), stripHeight('1')]).toEqual([0, 100])
})

test.each(['', '{', '[7]', '[["7"]]', '[["7","200"]]', '[["7",-3]]', '[["7",1e9]]'])('of %j nothing is read', (text) => {
  kept.set('varve.strips', text)
  expect(stripHeight('7')).toBe(0)
})
