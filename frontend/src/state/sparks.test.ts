import { describe, expect, test } from 'vitest'
import { CurveStore } from './sparks'
import { candidates, mostTelling } from './telling'

const curve = (points: number) => new Float64Array(points * 2)

describe('curves', () => {
  test('are asked for together, those that were seen last', () => {
    const store = new CurveStore()
    for (let i = 0; i < 600; i++) store.want(`r${i}`, 'loss')
    expect(store.next(200)?.runs.at(-1)).toBe('r599')
    expect(store.next(200)?.runs[0]).toBe('r200')
    expect(store.next(200)).toBeUndefined()
  })
  test('of several metrics, one after the other', () => {
    const store = new CurveStore()
    store.want('a', 'loss')
    store.want('a', 'acc')
    expect([store.next(9), store.next(9), store.next(9)]).toEqual([{ metric: 'loss', runs: ['a'] }, { metric: 'acc', runs: ['a'] }, undefined])
  })
  test('a run without points has one of no points, and is not asked for again', () => {
    const store = new CurveStore()
    store.take('loss', ['a'], [])
    expect(store.get('a', 'loss')?.length).toBe(0)
  })
  test('new points make it old until it has come again', () => {
    const store = new CurveStore()
    store.take('loss', ['a'], [curve(3)])
    expect([store.changed(['b']), store.changed(['a']), store.stale('a', 'loss')]).toEqual([false, true, true])
    store.take('loss', ['a'], [curve(4)])
    expect(store.stale('a', 'loss')).toBe(false)
  })
})

test('points that come while a curve is asked for make the answer old', () => {
  const store = new CurveStore()
  store.want('a', 'loss')
  store.next(9)
  store.changed(['a'])
  store.take('loss', ['a'], [curve(3)])
  expect(store.stale('a', 'loss')).toBe(true)
  store.want('a', 'loss')
  store.next(9)
  store.take('loss', ['a'], [curve(4)])
  expect(store.stale('a', 'loss')).toBe(false)
})

describe('the telling metric', () => {
  const metric = (key: string) => ({ name: `metrics.${key}`, kind: 'metric' as const, key, type: 'number' as const, filled: 3, same: false })
  test('validation is looked at first', () => {
    expect(candidates(['lr', 'train_loss', 'val_acc'].map(metric))).toEqual(['val_acc', 'train_loss', 'lr'])
  })
  test('is the first that has a curve in most runs', () => {
    expect(mostTelling(['a', 'b'], [[curve(1), curve(1), curve(9)], [curve(9), curve(9), curve(0)]])).toBe('b')
    expect(mostTelling(['a'], [[curve(1)]])).toBeUndefined()
    expect(mostTelling(['a'], [[]])).toBeUndefined()
  })
})
