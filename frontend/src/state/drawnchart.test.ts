import { describe, expect, test } from 'vitest'
import type { DrawnChart, DrawnSeries, DrawRequest } from '../api/charts'
import type { Client } from '../api/client'
import { VarveError } from '../api/errors'
import { merge } from '../live/batch'
import { DrawnChartState } from './drawnchart.svelte'
import { touched, united } from './drawnparts'

const series = (id: string, more: Partial<DrawnSeries> = {}): DrawnSeries => ({ id, label: id, runs: [id], key: 'loss', role: 'line', slot: 1, dims: ['x', 'y'], offset: 0, rows: 1, total: 1, sampled: false, ...more })
const chart = (ids: string[], value = 0, kind: 'line' | 'scatter' = 'line'): DrawnChart => ({
  head: { seq: 1, kind, title: 'loss', note: '', option: {}, series: ids.map((id) => series(id)), matching: ids.length, drawn: ids.length },
  blocks: ids.map(() => Float64Array.of(0, value)),
})

describe('what has to be read again', () => {
  const drawn = chart(['a', 'b'])
  test.each([
    [[], ['a'], ['a']],
    [[], ['c'], 'all'],
    [['a'], [], 'all'],
    [['c'], [], 'all'],
    [[], [], []],
  ] as const)('changed %j, points %j', (changed, metrics, want) => {
    const news = touched(drawn, new Set(changed), new Set(metrics))
    expect(news === 'all' ? news : [...news]).toEqual(want)
  })

  test('a part takes its place; the rest and the colours stay', () => {
    const before = chart(['a', 'b'], 1)
    const part = chart(['b'], 2)
    const both = united(before, { ...part, head: { ...part.head, series: [series('b', { slot: 7, total: 9 })] } })
    expect(both.blocks.map((b) => b[1])).toEqual([1, 2])
    expect(both.head.series.map((s) => [s.id, s.slot, s.total])).toEqual([['a', 1, 1], ['b', 1, 9]])
  })
})

/** A client whose answers are given by hand. */
class Owner {
  readonly asked: DrawRequest[] = []
  readonly #waiting: ((answer: DrawnChart | Error) => void)[] = []

  readonly client = {
    plots: { draw: (request: DrawRequest, signal?: AbortSignal) =>
      new Promise<DrawnChart>((done, failed) => {
        this.asked.push(request)
        signal?.addEventListener('abort', () => failed(new DOMException('', 'AbortError')))
        this.#waiting.push((answer) => (answer instanceof Error ? failed(answer) : done(answer)))
      }) },
  } as unknown as Client

  async answer(answer: DrawnChart | Error): Promise<void> {
    this.#waiting.shift()?.(answer)
    await settled()
  }
}

const settled = () => new Promise((done) => setTimeout(done, 2))
const which = { experiments: ['1'], filter: '', runs: [] }
const question = { which, chart: { kind: 'line', y: ['metrics.loss'] } } as const
const points = (...ids: string[]) => merge([{ seq: 1, metrics: ids }], false)

describe('a chart that the owner draws', () => {
  test('it is read when it is seen, and not before', async () => {
    const owner = new Owner()
    const state = new DrawnChartState(owner.client, 0)
    state.ask({ ...question, chart: { ...question.chart, y: ['metrics.loss'] } })
    expect(owner.asked).toHaveLength(0)
    state.see(500)
    state.see(505)
    expect(owner.asked).toHaveLength(1)
    await owner.answer(chart(['a', 'b']))
    expect(state.drawn?.head.series).toHaveLength(2)
    expect(owner.asked[0]).toMatchObject({ width: 640, experiments: ['1'] })
  })

  test('new points are asked for by run, while it is seen', async () => {
    const owner = new Owner()
    const state = new DrawnChartState(owner.client, 0)
    state.ask({ ...question, chart: { ...question.chart, y: ['metrics.loss'] } })
    state.see(500)
    await owner.answer(chart(['a', 'b'], 1))
    state.hear(points('b'))
    await settled()
    expect(owner.asked[1]?.only).toEqual(['b'])
    // What comes meanwhile is one further question.
    state.hear(points('a'))
    state.hear(points('b'))
    await settled()
    expect(owner.asked).toHaveLength(2)
    await owner.answer(chart(['b'], 2))
    expect(state.drawn?.blocks.map((b) => b[1])).toEqual([1, 2])
    expect(new Set(owner.asked[2]?.only)).toEqual(new Set(['a', 'b']))
    await owner.answer(chart(['a', 'b'], 3))
    state.see(0)
    state.hear(points('a'))
    await settled()
    expect(owner.asked).toHaveLength(3)
    state.see(500)
    expect(owner.asked).toHaveLength(4)
  })

  test('a closer look gives the answer to the old question up, and asks for the part', async () => {
    const owner = new Owner()
    const state = new DrawnChartState(owner.client, 0)
    state.ask({ ...question, chart: { ...question.chart, y: ['metrics.loss'] } })
    state.see(500)
    state.zoom([10, 20])
    await settled()
    expect(owner.asked[1]).toMatchObject({ from: 10, to: 20 })
    expect(owner.asked[1]).not.toHaveProperty('only')
  })

  test('what cannot be drawn says why, and is not asked for over and over', async () => {
    const owner = new Owner()
    const state = new DrawnChartState(owner.client, 0)
    state.ask({ ...question, chart: { ...question.chart, y: ['metrics.loss'] } })
    state.see(500)
    await owner.answer(new VarveError({ title: 'No run has loss.', status: 400 }))
    expect(state.problem?.message).toBe('No run has loss.')
    await settled()
    expect(owner.asked).toHaveLength(1)
    state.ask({ which, chart: { kind: 'line', y: ['metrics.acc'] } })
    await settled()
    expect(owner.asked).toHaveLength(2)
  })
})
