import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Client } from '../api/client'
import type { RunRow, RunsQuery, RunStatus } from '../api/types'
import { merge } from '../live/batch'
import { Pulse } from './pulse.svelte'

const row = (id: string, status: RunStatus = 'running'): RunRow => ({ id, name: id, experiment: '0', status, params: {}, metrics: {}, data: [], trashed: false })

let world: RunRow[]
let told: string[]
let asked: string[]
let down: boolean
let pulse: Pulse

beforeEach(async () => {
  vi.useFakeTimers()
  world = [row('a'), row('b', 'waiting')]
  told = []
  asked = []
  down = false
  const runs = (q: RunsQuery) => {
    asked.push(q.filter)
    if (down) return Promise.reject(new Error('gone'))
    const ids = /IN \((.*)\)/.exec(q.filter)?.[1]
    const found = world.filter((r) => (ids === undefined ? r.status === 'running' || r.status === 'waiting' : ids.includes(`'${r.id}'`)))
    return Promise.resolve({ runs: found, total: found.length, all: world.length, seq: 1, params: [], metrics: [] })
  }
  pulse = new Pulse({ runs } as unknown as Client, (before, now) => told.push(`${now.id}: ${before.status} → ${now.status}`))
  await pulse.load()
})
afterEach(() => void vi.useRealTimers())

const tell = async (change: { runs?: string[]; metrics?: string[] }, reset = false) => {
  pulse.hear(merge([{ seq: 1, ...change }], reset))
  await vi.advanceTimersByTimeAsync(2500)
}

test('knows what is alive, and tells what became of it', async () => {
  expect([pulse.live.length, pulse.total, pulse.loaded]).toEqual([2, 2, true])
  world = [row('a', 'failed'), row('b')]
  await tell({ runs: ['a', 'b'] })
  expect(told).toEqual(['b: waiting → running', 'a: running → failed'])
  expect(pulse.live.map((r) => r.id)).toEqual(['b'])
})

test('its turn rises when a run begins or ends, not with its values', async () => {
  const turn = pulse.turn
  await tell({ metrics: ['a'] })
  expect(pulse.turn).toBe(turn)
  world.push(row('c'))
  await tell({ runs: ['c'] })
  expect(pulse.turn).toBe(turn + 1)
})

test('its turn rises for a run that began and ended between two looks, and not for words about a live one', async () => {
  const turn = pulse.turn
  await tell({ runs: ['quick'] })
  expect(pulse.turn).toBe(turn + 1)
  await tell({ runs: ['a'] })
  expect(pulse.turn).toBe(turn + 1)
  down = true
  await tell({ runs: ['quicker'] })
  down = false
  await tell({ metrics: ['a'] })
  expect(pulse.turn).toBe(turn + 2)
})

test('a run that was taken away has no end', async () => {
  world = [row('b', 'waiting')]
  await tell({ runs: ['a'] })
  expect(told).toEqual([])
  expect(pulse.live.map((r) => r.id)).toEqual(['b'])
})

test('points of runs that are not alive ask nothing; a reset asks', async () => {
  const before = asked.length
  await tell({ metrics: ['zzz'] })
  expect(asked).toHaveLength(before)
  await tell({}, true)
  expect(asked).toHaveLength(before + 1)
})

test('when the door is gone, what is known stays', async () => {
  down = true
  await tell({ runs: ['a'] })
  expect(pulse.live).toHaveLength(2)
  down = false
  await tell({}, true)
  expect(pulse.live).toHaveLength(2)
  expect(told).toEqual([])
})
