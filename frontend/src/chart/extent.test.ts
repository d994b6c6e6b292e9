import { describe, expect, it } from 'vitest'
import type { Drawn } from './drawn'
import { withY, yExtent, yTopic } from './extent'
import { SameY } from './samey.svelte'

function chart(series: { role: string; dims: string[]; values: number[] }[], yAxis: Record<string, unknown> = {}): Drawn {
  return {
    head: {
      kind: 'line', title: '', note: '', matching: 1, drawn: 1, option: { yAxis: [yAxis] },
      series: series.map(({ role, dims }, i) => ({ id: `${i}`, label: '', role, slot: 1, dims, total: 1, sampled: false })),
    },
    blocks: series.map(({ values }) => Float64Array.from(values)),
  }
}

describe('one y axis for charts of a metric', () => {
  it('knows what charts show', () => {
    expect(yTopic({ kind: 'line', y: ['metrics.loss'] })).toBe('metrics.loss')
    expect(yTopic({ kind: 'scatter', y: ['min(metrics.loss)'] })).toBe('metrics.loss')
    expect(yTopic({ kind: 'line', y: ['metrics.b', 'metrics.a'], logY: true })).toBe('log metrics.a metrics.b')
    expect(yTopic({ kind: 'scatter', y: ['params.lr'] })).toBeUndefined()
    expect(yTopic({ kind: 'histogram', y: ['metrics.loss'] })).toBeUndefined()
    expect(yTopic({ kind: 'line' })).toBeUndefined()
  })

  it('measures lines, bands and boxes', () => {
    expect(yExtent(chart([{ role: 'line', dims: ['x', 'y'], values: [0, 3, 1, NaN, 2, -1] }]))).toEqual([-1, 3])
    expect(yExtent(chart([{ role: 'low', dims: ['x', 'y'], values: [0, 1] }, { role: 'band', dims: ['x', 'y'], values: [0, 5] }]))).toEqual([1, 6])
    expect(yExtent(chart([{ role: 'boxes', dims: ['x', 'low', 'q1', 'median', 'q3', 'high', 'n'], values: [9, 1, 2, 3, 4, 5, 99] }]))).toEqual([1, 5])
    expect(yExtent(chart([{ role: 'line', dims: ['x', 'y'], values: [0, -3, 1, 2] }], { type: 'log' }))).toEqual([2, 2])
    expect(yExtent(chart([{ role: 'line', dims: ['x', 'y'], values: [0, 9] }], { min: 1, max: 2 }))).toEqual([1, 2])
    expect(yExtent(chart([]))).toBeUndefined()
  })

  it('joins what charts of one metric say', () => {
    const same = new SameY()
    same.tell('a', 'm', [0, 1])
    expect(same.of('m')).toBeUndefined()
    same.tell('b', 'm', [-2, 0.5])
    same.tell('c', 'other', [50, 60])
    expect(same.of('m')).toEqual([-2, 1])
    expect(same.of(undefined)).toBeUndefined()
    same.tell('b', undefined, undefined)
    expect(same.of('m')).toBeUndefined()
  })

  it('gives the axis room', () => {
    const level = withY(chart([]), [0, 10]).head.option['yAxis'] as Record<string, number>[]
    expect(level[0]).toEqual({ min: -0.4, max: 10.4 })
    const flat = chart([])
    expect(withY(flat, [1, 1])).toBe(flat)
  })
})
