import { expect, test } from 'vitest'
import type { Dataset, DayRuns, Ended, RunRow } from '../api/types'
import { coreOf, dayStarts, happened, tellingMetric } from './happened'

const now = new Date(2026, 10, 21, 14, 30).getTime()
const hour = 3600_000

const run = (id: string, hoursAgo: number, more: Partial<RunRow> = {}, runs = 1): Ended => ({
  run: { id, name: id, experiment: 'wine', status: 'finished', ended: now - hoursAgo * hour, params: {}, metrics: {}, data: [], trashed: false, ...more },
  runs,
})
const day = (ago: number, runs: number, experiment = 'wine', status: DayRuns['status'] = 'finished'): DayRuns => ({ day: ago, experiment, status, runs })
const version = (number: number, hoursAgo: number) => ({ id: `v${number}`, number, created: now - hoursAgo * hour, digest: '', bytes: number, files: 1, runs: 0 })
const set = (...versions: ReturnType<typeof version>[]): Dataset => ({ id: 'd', name: 'wine-quality', created: 0, runs: 0, versions })

const told = (days: ReturnType<typeof happened>) => days.map((d) => [d.name, ...d.all.map((h) => (h.kind === 'runs' ? `${h.runs} runs` : h.id))])

test('by days, the newest first, runs and versions together', () => {
  const runs = [run('a', 1), run('b', 20), run('c', 3, { status: 'failed' })]
  expect(told(happened(runs, [set(version(2, 2), version(1, 50))], now, 10))).toEqual([
    ['Today', 'a', 'v2', 'c'],
    ['Yesterday', 'b'],
    ['Thursday', 'v1'],
  ])
})

test('a version knows the one before it', () => {
  const [day] = happened([], [set(version(2, 1), version(1, 2))], now, 10)
  expect(day?.all.map((h) => (h.kind === 'version' ? h.before?.number : 0))).toEqual([1, undefined])
})

test('what the door tells in one line is one line', () => {
  expect(told(happened([run('r', 1, {}, 9), run('bad', 2, { status: 'failed' })], [set(version(1, 1.5))], now, 10))).toEqual([['Today', '9 runs', 'v1', 'bad']])
})

test('so many lines at most', () => {
  const runs = Array.from({ length: 30 }, (_, i) => run(`r${i}`, i, { experiment: String(i) }))
  expect(happened(runs, [], now, 10).flatMap((d) => d.all)).toHaveLength(10)
})

const folder = (experiment: string) => experiment

test('the core has a column for each day, a bed for each folder, failures of their own colour', () => {
  const core = coreOf([day(0, 2), day(0, 1, 'ocean'), day(0, 1, 'wine', 'failed'), day(2, 1)], folder)
  expect(core?.columns).toHaveLength(21)
  expect(core?.columns.at(-1)).toEqual({
    ago: 0,
    total: 4,
    beds: [
      { kind: 'wine', n: 2 },
      { kind: 'ocean', n: 1 },
      { kind: 'failed', n: 1 },
    ],
  })
  expect(core?.columns.at(-3)?.total).toBe(1)
  expect(core).toMatchObject({ folders: ['wine', 'ocean'], most: 4, failed: 1 })
})

test('more folders than colours share one', () => {
  const core = coreOf([day(0, 3, 'a'), day(1, 2, 'b'), day(2, 1, 'c'), day(3, 1, 'd')], folder)
  expect(core?.folders).toEqual(['a', 'b', 'others'])
  expect(core?.columns.reduce((n, c) => n + c.total, 0)).toBe(7)
})

test('one day alone is no picture; what is older than twelve weeks is not drawn', () => {
  expect(coreOf([day(0, 2)], folder)).toBeUndefined()
  expect(coreOf([day(0, 1), day(84, 1)], folder)).toBeUndefined()
  expect(coreOf([day(0, 1), day(40, 1), day(84, 1)], folder)?.columns).toHaveLength(41)
})

test('days begin at midnight here', () => {
  expect(dayStarts(now, 3).map((at) => new Date(at).toString().slice(4, 24))).toEqual(['Nov 21 2026 00:00:00', 'Nov 20 2026 00:00:00', 'Nov 19 2026 00:00:00'])
})

test.each([
  [{}, undefined],
  [{ rmse: 1 }, 'rmse'],
  [{ accuracy: 1, val_loss: 2 }, 'val_loss'],
  [{ invalid: 1, 'test/acc': 2 }, 'test/acc'],
])('the metric that says most of %j is %s', (metrics, key) => {
  expect(tellingMetric(metrics)).toBe(key)
})
