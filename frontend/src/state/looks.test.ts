import { beforeEach, expect, test, vi } from 'vitest'
import type { RunColumn } from '../api/tabletypes'
import { lookOf, remember } from './looks'

const column = (name: string, kind: RunColumn['kind'] = 'metric'): RunColumn => ({ name, key: name.replace(/^.*\./, ''), kind, type: 'number', filled: 3 })

let kept: Map<string, string>
beforeEach(() => {
  kept = new Map()
  vi.stubGlobal('localStorage', { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value) })
})

test('the columns that are drawn are remembered, and what every run has', () => {
  remember('7 ', ['metrics.a', 'min(metrics.b)'], [column('started', 'attribute'), column('metrics.a'), column('metrics.b'), column('metrics.c')])
  expect(lookOf('7 ')?.wanted).toEqual(['metrics.a', 'min(metrics.b)'])
  expect(lookOf('7 ')?.columns.map((c) => c.name)).toEqual(['started', 'metrics.a', 'metrics.b'])
  expect(lookOf('8 ')).toBeUndefined()
})

test('tables that were not looked at for long are forgotten', () => {
  for (let i = 0; i < 13; i++) remember(`${i} `, ['metrics.a'], [column('metrics.a')])
  expect(lookOf('0 ')).toBeUndefined()
  expect(lookOf('1 ')).toBeDefined()
  expect(lookOf('12 ')).toBeDefined()
})

test.each(['', '{', '{}', '[7]', '[{"of":"7 ","wanted":["a"],"columns":[{"name":3}]}]', '[{"of":"7 ","wanted":"a","columns":[]}]'])('of %j nothing is read', (text) => {
  kept.set('varve.looks', text)
  expect(lookOf('7 ')).toBeUndefined()
})
