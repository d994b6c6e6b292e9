import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { VarveError } from '../api/errors'
import type { RunOrder } from '../api/order'
import type { TableDoor } from '../api/tabledoor'
import type { Question, RunCells, RunFacts } from '../api/tabletypes'
import { merge } from '../live/batch'
import { RunsTable } from './runs.svelte'
import { groupOf, idOf, lettersOf, orderOf } from './testorder'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const settle = () => vi.advanceTimersByTimeAsync(1500)

/** Runs of one letter each; their cells are what is asked for. */
let world: string
let values: Map<string, number>
let failed: Set<string>
let calls: { order: Question[]; cells: string[][]; columns: Question[] }
let statuses: string[]
let table: RunsTable

const question = { experiments: ['0'], filter: '', order: '' }
const facts = (id: string): RunFacts => ({ id, name: id, experiment: '0', status: failed.has(id) ? 'failed' : 'finished', data: [], trashed: false })
const cellsOf = (ids: readonly string[], columns: readonly string[]): RunCells => ({
  seq: 1,
  runs: ids.map(facts),
  columns: columns.map((name) => ({ name, type: 'number', numbers: ids.map((id) => values.get(id) ?? 0) })),
})

function door(more: Partial<Record<keyof TableDoor, unknown>> = {}): TableDoor {
  const calling = {
    order: (q: Question): Promise<RunOrder> => {
      calls.order.push(q)
      return Promise.resolve(orderOf(world))
    },
    cells: (ids: readonly string[], columns: readonly string[]) => {
      calls.cells.push([...ids])
      return Promise.resolve(cellsOf(ids, columns))
    },
    firstCells: (_: Question, limit: number, columns: readonly string[]) => Promise.resolve(cellsOf(Array.from(world, idOf).slice(0, limit), columns)),
    columns: (q: Question) => {
      calls.columns.push(q)
      return Promise.resolve({ seq: 1, total: world.length, columns: [] })
    },
    ...more,
  }
  return calling as unknown as TableDoor
}

const shown = () => lettersOf(Array.from({ length: table.lines.count }, (_, i) => table.lines.at(i)?.id ?? idOf('?')))
const tell = (...letters: string[]) => table.hear(merge([{ seq: 1, runs: letters.map(idOf) }], false))
const valueAt = (line: number) => {
  const row = table.lines.at(line)
  return row?.group === undefined ? row?.values['metrics.rmse'] : undefined
}

beforeEach(async () => {
  world = 'abc'
  values = new Map()
  failed = new Set()
  calls = { order: [], cells: [], columns: [] }
  statuses = []
  table = new RunsTable(door(), (before, now) => statuses.push(`${lettersOf([now.id])}:${before.status}→${now.status}`))
  table.draw(['metrics.rmse'], [])
  table.show(question)
  await settle()
})

describe('the table of runs', () => {
  test('shows what it is asked for, and asks once for the same', async () => {
    expect(shown()).toBe('abc')
    table.show({ ...question })
    await settle()
    expect(calls.order).toHaveLength(1)
  })

  test('takes new runs in by itself while nobody works in it', async () => {
    world = 'nabc'
    tell('n')
    await settle()
    expect(shown()).toBe('nabc')
    expect(table.newer).toBe(0)
  })

  test('stands still while somebody does, counts what waits, and lets it in afterwards', async () => {
    table.hold(true)
    world = 'nmabc'
    failed.add(idOf('a'))
    tell('n', 'm', 'a')
    await settle()
    expect(shown()).toBe('abc')
    expect(table.newer).toBe(2)
    expect(statuses).toEqual(['a:finished→failed'])
    table.hold(false)
    await settle()
    expect(shown()).toBe('nmabc')
    expect(table.newer).toBe(0)
  })

  test('values change in place within a moment, and only those are read', async () => {
    values.set(idOf('b'), 0.5)
    table.hear(merge([{ seq: 1, metrics: [idOf('b')] }], false))
    await settle()
    expect(valueAt(1)).toBe(0.5)
    expect(calls.cells.at(-1)).toEqual([idOf('b')])
    expect(calls.order).toHaveLength(1)
  })

  test('reads everything again after a gap', async () => {
    world = 'cba'
    table.hear(merge([{ seq: 9 }], true))
    await settle()
    expect(shown()).toBe('cba')
  })

  test('a run that goes is gone at once, before the door has said so', () => {
    table.chosen = new Set([idOf('b'), idOf('c')])
    table.remove(new Set([idOf('b')]))
    expect(shown()).toBe('ac')
    expect([table.total, table.all]).toEqual([2, 2])
    expect([...table.chosen]).toEqual([idOf('c')])
  })

  test('another order keeps what is known of the runs, and asks for no columns', async () => {
    world = 'cab'
    table.show({ ...question, order: 'metrics.rmse ASC' })
    await settle()
    expect(shown()).toBe('cab')
    expect(calls.columns).toHaveLength(1)
    expect(calls.cells).toEqual([])
  })

  test('all are chosen, whether they are loaded or not', () => {
    table.chooseAll(true)
    expect(lettersOf([...table.chosen])).toBe('abc')
    table.chooseAll(false)
    expect(table.chosen.size).toBe(0)
  })
})

describe('windows', () => {
  beforeEach(async () => {
    world = String.fromCharCode(...Array.from({ length: 120 }, (_, i) => 33 + i))
    table.refresh()
    await settle()
    calls.cells = []
  })

  test('only what is seen is read, and some around it', async () => {
    expect(table.lines.at(119)).toBeUndefined()
    table.see(110, 120)
    await settle()
    expect(table.lines.at(119)).toBeDefined()
    expect(calls.cells).toHaveLength(1)
    table.see(112, 120)
    await settle()
    expect(calls.cells).toHaveLength(1)
  })

  test('a column that comes into sight is read for the rows that are seen', async () => {
    table.see(0, 5)
    table.draw(['metrics.rmse', 'params.lr'], [])
    await settle()
    expect(calls.cells).toHaveLength(1)
    expect(calls.cells[0]?.length).toBe(45)
  })

  test('who scrolls past reads only where they rest', async () => {
    const slow: (() => void)[] = []
    table = new RunsTable(
      door({
        cells: (ids: readonly string[], columns: readonly string[]) =>
          new Promise((answer) => {
            calls.cells.push([...ids])
            slow.push(() => answer(cellsOf(ids, columns)))
          }),
        firstCells: () => Promise.resolve(cellsOf([], [])),
      }),
      () => undefined,
    )
    table.show(question)
    table.draw(['metrics.rmse'], [])
    await settle()
    table.see(50, 52)
    table.see(60, 62)
    table.see(110, 112)
    slow[0]?.()
    await settle()
    expect(calls.cells).toHaveLength(2)
    expect(calls.cells[1]?.[0]).toBe(idOf(world[110] ?? ''))
  })
})

test('an older answer never overwrites a newer one', async () => {
  const waiting: ((order: RunOrder) => void)[] = []
  table = new RunsTable(door({ order: () => new Promise<RunOrder>((answer) => waiting.push(answer)) }), () => undefined)
  table.draw(['metrics.rmse'], [])
  table.show(question)
  table.show({ ...question, filter: 'x' })
  waiting[1]?.(orderOf('n'))
  await settle()
  waiting[0]?.(orderOf('o'))
  await settle()
  expect(shown()).toBe('n')
})

test('a run that comes while the order is read is shown by itself', async () => {
  const waiting: (() => void)[] = []
  const slow = () => {
    const seen = orderOf(world)
    return new Promise<RunOrder>((answer) => waiting.push(() => answer(seen)))
  }
  table = new RunsTable(door({ order: slow }), () => undefined)
  table.draw(['metrics.rmse'], [])
  table.show(question)
  world = 'nabc'
  tell('n')
  await settle()
  waiting[0]?.()
  await settle()
  waiting[1]?.()
  await settle()
  expect(shown()).toBe('nabc')
})

test('an order that was looked at before a question never overwrites its answer', async () => {
  const waiting: ((order: RunOrder) => void)[] = []
  const good = door()
  let slow = false
  table = new RunsTable(door({ order: (q: Question) => (slow ? new Promise<RunOrder>((answer) => waiting.push(answer)) : good.order(q, {})) }), () => undefined)
  table.draw(['metrics.rmse'], [])
  table.show(question)
  await settle()
  slow = true
  tell('n')
  table.refresh()
  waiting[1]?.(orderOf('nabc'))
  await settle()
  waiting[0]?.(orderOf('abc'))
  await settle()
  expect(shown()).toBe('nabc')
})

test('a filter that cannot be read keeps the rows and says where', async () => {
  const good = door()
  table = new RunsTable(
    door({ order: (q: Question) => (q.filter === '' ? good.order(q, {}) : Promise.reject(new VarveError({ status: 400, title: 'No.', offset: 3 }))) }),
    () => undefined,
  )
  table.draw(['metrics.rmse'], [])
  table.show(question)
  await settle()
  table.show({ ...question, filter: 'a <' })
  await settle()
  expect([shown(), table.problem?.offset, table.loading]).toEqual(['abc', 3, false])
})

describe('groups', () => {
  beforeEach(async () => {
    const grouped = { order: () => Promise.resolve(orderOf('abc', { groups: [groupOf('g', 0, 2), groupOf('h', 2, 1)] })) }
    table = new RunsTable(door(grouped), () => undefined)
    table.draw(['metrics.rmse'], [])
    table.show({ ...question, group: { by: ['params.lr'] } })
    await settle()
  })

  test('open and close, and their runs are read when they are seen', async () => {
    expect(table.lines.count).toBe(2)
    expect(table.lines.at(0)?.open).toBe(false)
    table.toggle(0)
    await settle()
    expect(table.lines.count).toBe(4)
    expect([table.lines.at(0)?.open, table.lines.at(1)?.level, table.lines.at(3)?.level]).toEqual([true, 1, 0])
    expect(lettersOf(calls.cells.flat())).toBe('ab')
    table.toggle(0)
    expect(table.lines.count).toBe(2)
  })

  test('a run that goes is gone from its group; an empty group goes with it', () => {
    table.remove(new Set([idOf('a'), idOf('c')]))
    expect(table.lines.count).toBe(1)
    expect(lettersOf(table.lines.shape.runs(0))).toBe('b')
  })
})

describe('a table that was seen before', () => {
  const rmse = { name: 'metrics.rmse', key: 'rmse', kind: 'metric' as const, type: 'number' as const, filled: 3 }
  let columns: { resolve: () => void }

  beforeEach(async () => {
    const kept = new Map<string, string>()
    vi.stubGlobal('localStorage', { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => kept.set(name, value) })
    table = new RunsTable(door({ columns: () => Promise.resolve({ seq: 1, total: 3, columns: [rmse] }) }), () => undefined)
    table.show(question)
    await settle()
    table.draw(['metrics.rmse'], [])
    await settle()
  })
  afterEach(() => vi.unstubAllGlobals())

  /** A door that does not say yet which columns there are. */
  const slow = (more: Partial<Record<keyof TableDoor, unknown>> = {}) =>
    door({ columns: () => new Promise((answer) => (columns = { resolve: () => answer({ seq: 1, total: 3, columns: [rmse, { ...rmse, name: 'metrics.r2', key: 'r2' }] }) })), ...more })

  test('shows its rows before it is known which columns there are', async () => {
    table = new RunsTable(slow(), () => undefined)
    table.show(question)
    await settle()
    expect([table.loaded, shown(), valueAt(0)]).toEqual([true, 'abc', 0])
    expect(table.columns).toEqual([rmse])
    columns.resolve()
    await settle()
    expect(table.columns.map((c) => c.name)).toEqual(['metrics.rmse', 'metrics.r2'])
    expect(table.loading).toBe(false)
  })

  test('waits for its columns when those of last time are no longer there', async () => {
    const nothing = (ids: readonly string[]): RunCells => ({ ...cellsOf(ids, []), columns: [{ name: 'metrics.rmse', type: 'number', numbers: [], at: [] }] })
    table = new RunsTable(slow({ firstCells: () => Promise.resolve(nothing([idOf('a')])) }), () => undefined)
    table.show(question)
    await settle()
    expect(table.loaded).toBe(false)
    columns.resolve()
    await settle()
    expect(table.loaded).toBe(true)
  })

  test('says so when its columns cannot be read', async () => {
    table = new RunsTable(door({ columns: () => Promise.reject(new VarveError({ title: 'No columns.' })) }), () => undefined)
    table.show(question)
    await settle()
    expect(table.problem?.message).toBe('No columns.')
  })
})
