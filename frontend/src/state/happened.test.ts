import { expect, test } from 'vitest'
import type { Dataset, RunRow } from '../api/types'
import { coreOf, happened, tellingMetric } from './happened'

const now = new Date(2026, 10, 21, 14, 30).getTime()
const hour = 3600_000

const run = (id: string, hoursAgo: number, more: Partial<RunRow> = {}): RunRow => ({
  id,
  name: id,
  experiment: 'wine',
  status: 'finished',
  ended: now - hoursAgo * hour,
  params: {},
  metrics: {},
  data: [],
  trashed: false,
  ...more,
})
const version = (number: number, hoursAgo: number) => ({ id: `v${number}`, number, created: now - hoursAgo * hour, digest: '', bytes: number, files: 1, runs: 0 })
const set = (...versions: ReturnType<typeof version>[]): Dataset => ({ id: 'd', name: 'wine-quality', created: 0, runs: 0, versions })

const told = (days: ReturnType<typeof happened>) => days.map((d) => [d.name, ...d.all.map((h) => (h.kind === 'runs' ? `${h.runs.length} runs` : h.id))])

test('by days, the newest first, runs and versions together', () => {
  const { ended, ...living } = run('live', 0)
  expect(ended).toBe(now)
  const runs = [run('a', 1), run('b', 20), run('c', 3, { status: 'failed' }), living]
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

test('many finished runs of one experiment in a row are one line; what failed stands alone', () => {
  const many = Array.from({ length: 9 }, (_, i) => run(`r${i}`, 1 + i / 10))
  const failed = run('bad', 1.45, { status: 'failed' })
  const other = run('other', 1.85, { experiment: 'ocean' })
  expect(told(happened([...many, failed, other], [], now, 10))).toEqual([['Today', '5 runs', 'bad', '4 runs', 'other']])
  // Midnight ends a row.
  expect(told(happened(Array.from({ length: 4 }, (_, i) => run(`r${i}`, 13 + i)), [], now, 10))).toEqual([
    ['Today', 'r0', 'r1'],
    ['Yesterday', 'r2', 'r3'],
  ])
})

test('so many lines at most', () => {
  const runs = Array.from({ length: 30 }, (_, i) => run(`r${i}`, i, { experiment: String(i) }))
  expect(happened(runs, [], now, 10).flatMap((d) => d.all)).toHaveLength(10)
})

const folder = (r: { experiment: string }) => r.experiment

test('the core has a column for each day, a bed for each folder, failures of their own colour', () => {
  const runs = [run('a', 1), run('b', 1, { experiment: 'ocean' }), run('c', 2), run('d', 2, { status: 'failed' }), run('e', 48)]
  const core = coreOf(runs, true, folder, now)
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
  const names = ['a', 'a', 'a', 'b', 'b', 'c', 'd']
  const core = coreOf(names.map((experiment, i) => run(String(i), 1 + i * 10, { experiment })), true, folder, now)
  expect(core?.folders).toEqual(['a', 'b', 'others'])
  expect(core?.columns.reduce((n, c) => n + c.total, 0)).toBe(7)
})

test('a day that may have had more runs than were read is left out', () => {
  const runs = [run('a', 1), run('b', 24), run('c', 24 * 30), run('d', 24 * 30)]
  expect(coreOf(runs, true, folder, now)?.columns[0]).toMatchObject({ ago: 30, total: 2 })
  expect(coreOf(runs, false, folder, now)?.columns).toHaveLength(30)
  expect(coreOf(runs, false, folder, now)?.columns[0]).toMatchObject({ ago: 29, total: 0 })
})

test('one day alone is no picture; what is older than twelve weeks is not drawn', () => {
  expect(coreOf([run('a', 1), run('b', 2)], true, folder, now)).toBeUndefined()
  expect(coreOf([run('a', 1), run('b', 24 * 100)], true, folder, now)).toBeUndefined()
  expect(coreOf([run('a', 1), run('c', 30), run('b', 24 * 100)], true, folder, now)?.columns).toHaveLength(21)
})

test.each([
  [{}, undefined],
  [{ rmse: 1 }, 'rmse'],
  [{ accuracy: 1, val_loss: 2 }, 'val_loss'],
  [{ invalid: 1, 'test/acc': 2 }, 'test/acc'],
])('the metric that says most of %j is %s', (metrics, key) => {
  expect(tellingMetric(metrics)).toBe(key)
})
