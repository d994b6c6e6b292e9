import { describe as group, expect, test } from 'vitest'
import { byteStep, drawing, extent, spread, tableRows, type Line } from './data'
import { drawnLines } from './drawn'
import { finish } from './finish'
import { formatNamed } from './formats'
import { tell } from './plot'
import type { Token } from './tree'

const line = (label: string, pairs: number[], more: Partial<Line> = {}): Line => ({
  label,
  slot: 1,
  pairs: Float64Array.from(pairs),
  total: pairs.length / 2,
  sampled: false,
  ...more,
})
const token: Token = (name) => `<${name}>`
type Any = Record<string, never>

const compose = (option: Record<string, unknown>, lines: readonly Line[], right: number) => finish(drawnLines('chart', option, lines), { token, right })

group('drawing', () => {
  test('what cannot be drawn is a gap with a tick, never a stretched axis', () => {
    const d = drawing(Float64Array.from([0, 1, 1, 2, 2, Infinity, 3, NaN, 4, 5, 5, 6]))
    expect([...d.pairs]).toEqual([0, 1, 1, 2, 2, NaN, 3, NaN, 4, 5, 5, 6])
    expect(d.gaps).toEqual([2, 3])
    expect(d.lone).toHaveLength(0)
    expect(d.end).toEqual({ x: 5, y: 6 })
  })
  test('a point without neighbours is drawn as a point', () => {
    expect([...drawing(Float64Array.from([3, 7])).lone]).toEqual([3, 7])
    expect([...drawing(Float64Array.from([0, NaN, 1, 5, 2, NaN])).lone]).toEqual([1, 5])
  })
  test('nothing, or nothing finite', () => {
    expect(drawing(new Float64Array()).end).toBeUndefined()
    expect(drawing(Float64Array.from([0, NaN])).end).toBeUndefined()
    expect(extent(Float64Array.from([0, NaN]))).toBeUndefined()
  })
})

group('labels at the ends of lines', () => {
  test('stay where they are when there is room', () => {
    expect(spread([10, 50, 90], 14, 0, 100)).toEqual([10, 50, 90])
  })
  test('move apart, in their order', () => {
    expect(spread([50, 52, 51], 14, 0, 100)).toEqual([50, 78, 64])
  })
  test('stay within the chart', () => {
    expect(spread([98, 99], 14, 0, 100)).toEqual([86, 100])
    expect(spread([-5], 14, 0, 100)).toEqual([0])
  })
})

test('the table has every x once, in order, with holes where a line has none', () => {
  expect(tableRows([line('a', [1, 10, 3, 30]), line('b', [2, 20, 3, 31])])).toEqual([
    { x: 1, values: [10, undefined] },
    { x: 2, values: [undefined, 20] },
    { x: 3, values: [30, 31] },
  ])
})

test.each([
  [3, 1],
  [100, 50],
  [3_000, 1024],
  [24 * 1024 ** 3, 10 * 1024 ** 3],
  [1.2 * 1024 ** 2, 500 * 1024],
])('ticks up to %s bytes stand %s apart', (most, step) => {
  expect(byteStep(most)).toBe(step)
})

group('the sentence', () => {
  test('tells where each line goes', () => {
    expect(tell(drawnLines('Loss', {}, [line('train', [0, 2, 1, 0.5, 2, 1])]), 'step', formatNamed(undefined))).toBe(
      'Loss by step: train goes from 2 to 1, least 0.5, most 2, 3 points.',
    )
  })
  test('copes with one point, and with none', () => {
    expect(tell(drawnLines('Loss', {}, [line('a', [0, 2]), line('b', [0, NaN])]), '', formatNamed(undefined))).toBe(
      'Loss: a is 2, 1 point; b has no value that can be drawn.',
    )
  })
})

group('compose', () => {
  const skeleton = {
    series: [{ type: 'line', step: 'end', lineStyle: { color: 'token:c-4' } }, { type: 'line' }],
    xAxis: { type: 'value', name: 'step', axisLabel: { formatter: 'step' } },
    yAxis: { axisLabel: { formatter: 'percent' } },
    tooltip: { trigger: 'axis', formatter: '__f__function(){alert(1)}__f__' },
    color: ['red'],
  }
  const composed = compose(skeleton, [line('a', [0, 0.5, 1, NaN]), line('b', [0, 1, 1, 2], { slot: 13 })], 40)
  const option = composed.option as unknown as {
    animation: boolean
    tooltip: Any
    series: { name: string; type: string; data: Float64Array; lineStyle: { color: string; type?: string }; step?: string; color: string }[]
    xAxis: { axisLabel: { formatter: (n: number) => string }; name?: string }[]
    yAxis: { axisLabel: { formatter: (n: number) => string }; splitLine: { lineStyle: { color: string } } }[]
    grid: { right: number }
    color?: unknown
  }

  test('keeps what the skeleton says, with tokens for their names', () => {
    const [a] = option.series
    expect([a?.type, a?.step, a?.lineStyle.color]).toEqual(['line', 'end', '<c-4>'])
    expect(composed.xName).toBe('step')
    expect(option.grid.right).toBe(40)
  })
  test('names formatters, and never runs code', () => {
    expect(option.yAxis[0]?.axisLabel.formatter(0.42)).toBe('42\u2009%')
    expect(option.xAxis[0]?.axisLabel.formatter(12000)).toBe('12,000')
    expect(JSON.stringify(option)).not.toContain('alert')
  })
  test('is still, and coloured by slots; slot 13 repeats with dashes', () => {
    expect(option.animation).toBe(false)
    expect('color' in option).toBe(false)
    const b = option.series.find((s) => s.name === 'b')
    expect([b?.color, b?.lineStyle.type]).toEqual(['<c-1>', 'dashed'])
  })
  test('adds a lone point and a tick for what is missing', () => {
    expect(option.series.filter((s) => s.name === 'a').map((s) => s.type)).toEqual(['line', 'scatter', 'scatter'])
  })
  test('axes of bytes and of percent have ticks at their own round numbers', () => {
    const y = (formatter: string, most: number) => {
      const { option } = compose({ yAxis: [{ axisLabel: { formatter } }] }, [line('a', [0, 0, 1, most])], 0)
      const [axis] = option.yAxis as { interval?: number; max?: number }[]
      return [axis?.interval, axis?.max].map((n) => (n === undefined ? undefined : Math.round(n)))
    }
    const gib = 1024 ** 3 / 1e6
    expect(y('megabytes', 24 * gib)).toEqual([Math.round(10 * gib), Math.round(30 * gib)])
    expect(y('percent100', 97)).toEqual([25, 100])
    expect(y('percent100', 12)).toEqual([undefined, undefined])
    expect(y('percent100', 180)).toEqual([undefined, undefined])
  })
  test('axes of metrics have at most five ticks, with decimals alike', () => {
    const ticks = (values: readonly number[], more: { min?: number } = {}) => {
      const [axis] = compose({ yAxis: [more] }, [line('a', values.flatMap((v, i) => [i, v]))], 0).option.yAxis as unknown as {
        min?: number
        max?: number
        interval?: number
        axisLabel: { formatter: (n: number) => string }
      }[]
      const { min, max, interval } = axis ?? {}
      if (min === undefined || max === undefined || interval === undefined) return undefined
      return Array.from({ length: Math.round((max - min) / interval) + 1 }, (_, i) => axis?.axisLabel.formatter(min + i * interval))
    }
    expect(ticks([0.5281, 0.6512])).toEqual(['0.50', '0.55', '0.60', '0.65', '0.70'])
    expect(ticks([-0.02, NaN, 0.03])).toEqual(['−0.02', '0.00', '0.02', '0.04'])
    expect(ticks([0, 61578])).toEqual(['0', '20,000', '40,000', '60,000', '80,000'])
    expect(ticks([1e-5, 8e-5])).toEqual(['0', '2e-5', '4e-5', '6e-5', '8e-5'])
    for (const level of [[1, 1], [NaN], [] as number[]]) expect(ticks(level)).toBeUndefined()
    expect(ticks([0, 1], { min: 0 })).toBeUndefined()
  })
  test('an empty skeleton still draws', () => {
    const bare = compose({}, [line('a', [0, 1, 1, 2])], 0).option as unknown as typeof option
    expect(bare.series[0]?.type).toBe('line')
    expect(bare.yAxis[0]?.splitLine.lineStyle.color).toBe('<grid>')
  })
})
