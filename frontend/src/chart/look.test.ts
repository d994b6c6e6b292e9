import { describe, expect, test } from 'vitest'
import { csv, fileName } from './csv'
import { drawing, type Line } from './data'
import { drawnLines } from './drawn'
import { finish } from './finish'
import { parseLook, plainLook, printLook, type Look } from './look'
import { nearest, smoothed, within } from './smooth'

const of = (...pairs: number[]) => Float64Array.from(pairs)
const line = (label: string, ...pairs: number[]): Line => ({ label, slot: 1, pairs: of(...pairs), total: pairs.length / 2, sampled: false })
const evens = (pairs: Float64Array) => [...pairs].filter((_, i) => i % 2 === 0)

describe('how charts are looked at', () => {
  test.each<Look>([plainLook, { smooth: 0.6, log: true, zoom: [1.5, 1e12], full: 'val/loss & more' }, { smooth: 0, log: false, zoom: [-3, 0.25], full: '' }])(
    '%j is written and read again',
    (look) => expect(parseLook(printLook(look))).toEqual(look),
  )
  test.each(['', 'smooth=2', 'smooth=-1', 'smooth=x&log=yes', 'zoom=1', 'zoom=2~1', 'zoom=a~b', 'zoom=~', '%'])('%j is the plain one', (text) => {
    expect(parseLook(text)).toEqual(plainLook)
  })
})

describe('smoothing', () => {
  test('begins at the first value; what is no number counts for nothing and stays', () => {
    const out = smoothed(of(0, 10, 1, NaN, 2, 10, 3, Infinity, 4, 20), 0.5)
    expect([...out].filter((_, i) => i % 2 === 1)).toEqual([10, NaN, 10, Infinity, expect.closeTo(15.714, 3)])
  })
  test('a point that stands for several weighs as much', () => {
    expect(smoothed(of(1, 0, 3, 1), 0.8, 2)[3]).toBeCloseTo(smoothed(of(0, 0, 1, 0, 2, 1, 3, 1), 0.8)[7] ?? NaN, 12)
  })
})

describe('a part of the axis', () => {
  const pairs = of(0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5, 5)
  test.each<[[number, number], number[]]>([[[1.5, 2.5], [1, 2, 3]], [[1, 3], [0, 1, 2, 3, 3, 5]], [[-5, -1], [0]], [[9, 10], [5]], [[-9, 9], [0, 1, 2, 3, 3, 5]]])(
    '%j has its points and one on either side',
    (zoom, want) => expect(evens(within(pairs, zoom))).toEqual(want),
  )
  test('the nearest point', () => {
    expect([1.4, 1.6, -9, 99].map((x) => nearest(pairs, x)?.y)).toEqual([1, 2, 0, 5])
    expect(nearest(of(), 1)).toBeUndefined()
  })
})

describe('lines', () => {
  interface Shown {
    series: { name: string; lineStyle?: { opacity?: number }; data: Float64Array }[]
    yAxis: { type: string; min?: number }[]
    xAxis: { min?: number; max?: number }[]
  }
  const shown = (look: Partial<Look>, one: Line) =>
    finish(drawnLines('a', { yAxis: [{ min: 0, axisLabel: { formatter: 'percent100' } }] }, [one]), { token: (n) => n, look: { ...plainLook, ...look } }).option as unknown as Shown

  test('the points stay faint behind the smoothed line', () => {
    expect(shown({ smooth: 0.5 }, line('a', 0, 0, 1, 8)).series.map((s) => [s.name, s.lineStyle?.opacity])).toEqual([['a', 0.22], ['a, smoothed', undefined]])
  })
  test('a logarithmic axis has gaps where values are 0 or less, and no zero', () => {
    const { yAxis, series } = shown({ log: true }, line('a', 0, 1, 1, 0, 2, -1, 3, 5, 4, 6))
    expect([yAxis[0]?.type, yAxis[0]?.min]).toEqual(['log', undefined])
    expect([...(series[0]?.data ?? [])]).toEqual([0, 1, 1, NaN, 2, NaN, 3, 5, 4, 6])
    expect(drawing(of(0, -1, 1, 0), true).end).toBeUndefined()
  })
  test('a part of the axis stays put', () => {
    const { xAxis, series } = shown({ zoom: [1, 2] }, line('a', 0, 0, 1, 1, 2, 2, 3, 3, 4, 4))
    expect([xAxis[0]?.min, xAxis[0]?.max, series[0]?.data.length]).toEqual([1, 2, 8])
  })
})

describe('CSV', () => {
  test('has every point, also at the same x, and NaN in words', () => {
    const text = csv('step', [line('a', 0, 1, 1, NaN, 1, 3), line('b, "c"', 1, -0.5, 2, Infinity)]).join('')
    expect(text.split('\r\n')).toEqual(['step,a,"b, ""c"""', '0,1,', '1,NaN,-0.5', '1,3,', '2,,Infinity', ''])
  })
  test.each([['grad/layer*', 'grad-layer.csv'], ['état: 1', 'état-1.csv'], ['../..', 'chart.csv']])('%s is saved as %s', (title, name) => {
    expect(fileName(title, 'csv')).toBe(name)
  })
})

test('a million and a half of points are all written', () => {
  const pairs = new Float64Array(3_000_000)
  for (let i = 0; i < 1_500_000; i++) pairs[2 * i] = pairs[2 * i + 1] = i
  const pieces = csv('step', [{ ...line('loss'), pairs }])
  expect(pieces.reduce((n, piece) => n + piece.split('\r\n').length - 1, 0)).toBe(1_500_001)
  expect(pieces.at(-1)?.endsWith('1499999,1499999\r\n')).toBe(true)
})
