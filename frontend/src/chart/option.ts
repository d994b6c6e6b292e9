import type { EChartsOption } from 'echarts'
import { columnFormat, inColumn } from '../format/number'
import { byteStep, drawing, extent, type Drawing, type Line } from './data'
import { plainLook, type Look } from './look'
import { smoothed, within } from './smooth'
import { formatNamed, isFormatName, type Format } from './formats'

/** What Go composed: an ECharts option with names for colours and formatters. */
export type Skeleton = Readonly<Record<string, unknown>>

/** Finds the value of a design token by its name without dashes: "c-1". */
export type Token = (name: string) => string

/** A chart, ready to be drawn. */
export interface Composed {
  option: EChartsOption
  drawings: Drawing[]
  x: Format
  y: Format
  /** Words at the x axis, such as "step". */
  xName: string
}

type Tree = Record<string, unknown>

/**
 * Puts the lines into a skeleton. What the skeleton says goes before what we
 * would do by ourselves; what must hold for every chart goes before both:
 * no animation, no code, colours from tokens, no symbols on lines.
 */
export function compose(skeleton: Skeleton, lines: readonly Line[], token: Token, right: number, look: Look = plainLook): Composed {
  const given = resolve(skeleton, token) as Tree
  const skeletonSeries = listOf(skeleton['series'])
  const xAxis = axis(given['xAxis'], xDefaults(token))
  const yAxis = axis(given['yAxis'], yDefaults(token))
  const x = formatNamed(formatterName(skeleton['xAxis']) ?? (xAxis['type'] === 'time' ? 'time' : 'step'))
  const y = formatNamed(formatterName(skeleton['yAxis']))
  put(xAxis, 'axisLabel', 'formatter', x.short)
  put(yAxis, 'axisLabel', 'formatter', y.short)
  Object.assign(yAxis, look.log ? logarithmic : ruled(formatterName(skeleton['yAxis']), lines))
  if (!look.log && y === formatNamed(undefined)) Object.assign(yAxis, figured(yAxis, lines, look))
  if (look.zoom !== undefined) Object.assign(xAxis, { min: look.zoom[0], max: look.zoom[1] })
  const xName = typeof xAxis['name'] === 'string' ? xAxis['name'] : ''
  // The name stands in the head of the chart; on the axis it costs a line.
  delete xAxis['name']
  delete yAxis['name']

  const drawings = lines.map((line) => drawing(within(line.pairs, look.zoom), look.log, look.zoom?.[1]))
  const series = lines.flatMap((line, i) => {
    const mine = merge({ type: 'line' }, (resolve(skeletonSeries[i] ?? {}, token) ?? {}) as Tree)
    const all = seriesOf(line, drawings[i] ?? drawing(line.pairs), mine, token)
    return look.smooth > 0 ? withSmooth(line, all, look) : all
  })
  // The second y axis is a ruler from 0 to 1 for ticks of missing values.
  const ruler = { show: false, type: 'value', min: 0, max: 1 }
  const option = {
    ...omit(given, ['series', 'xAxis', 'yAxis', 'title', 'legend', 'toolbox', 'color', 'dataset', 'dataZoom']),
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: token('font-ui'), fontSize: 11 },
    grid: merge({ left: 8, top: 10, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }, { ...tree(given['grid']), right }),
    tooltip: merge(tooltip(token), tree(given['tooltip'])),
    xAxis: [xAxis],
    yAxis: [yAxis, ruler],
    series,
  }
  return { option: option as EChartsOption, drawings, x, y, xName }
}

function seriesOf(line: Line, drawn: Drawing, mine: Tree, token: Token): Tree[] {
  const color = token(`c-${((line.slot - 1) % 12) + 1}`)
  const style = merge({ width: 1.6, color, ...(line.slot > 12 && { type: 'dashed' }) }, tree(mine['lineStyle']))
  const all: Tree[] = [
    {
      ...mine,
      name: line.label,
      data: drawn.pairs,
      dimensions: ['x', 'y'],
      animation: false,
      showSymbol: false,
      connectNulls: false,
      color,
      lineStyle: style,
      emphasis: { disabled: true },
    },
  ]
  const silent = { type: 'scatter', silent: true, animation: false, tooltip: { show: false }, color, emphasis: { disabled: true } }
  if (drawn.lone.length > 0) {
    all.push({ ...silent, name: line.label, data: drawn.lone, dimensions: ['x', 'y'], symbol: 'circle', symbolSize: 6 })
  }
  if (drawn.gaps.length > 0) {
    const data = Float64Array.from(drawn.gaps.flatMap((x) => [x, 0]))
    all.push({ ...silent, name: line.label, data, dimensions: ['x', 'y'], yAxisIndex: 1, symbol: 'rect', symbolSize: [1.5, 7], symbolOffset: [0, -3.5] })
  }
  return all
}

/** Whatever Go says of the range: a logarithmic axis has no zero. */
const logarithmic = { type: 'log', min: undefined, max: undefined, interval: undefined }

/** The line of the points steps back behind the smoothed one. */
function withSmooth(line: Line, [raw = {}, ...rest]: Tree[], look: Look): Tree[] {
  const each = line.total / Math.max(1, line.pairs.length / 2)
  const soft = drawing(within(smoothed(line.pairs, look.smooth, each), look.zoom), look.log)
  const faint = { ...raw, lineStyle: { ...tree(raw['lineStyle']), opacity: 0.22 }, z: 1 }
  return [faint, ...rest, { ...raw, name: `${line.label}, smoothed`, data: soft.pairs, step: false, z: 3 }]
}

function xDefaults(token: Token): Tree {
  return {
    type: 'value',
    scale: true,
    splitNumber: 4,
    splitLine: { show: false },
    axisLine: { show: true, onZero: false, lineStyle: { color: token('axis') } },
    axisTick: { show: false },
    axisLabel: { color: token('text-3'), fontSize: 11, hideOverlap: true },
    axisPointer: { lineStyle: { color: token('line-2'), type: [2, 3] }, label: { show: false } },
  }
}

function yDefaults(token: Token): Tree {
  return {
    type: 'value',
    scale: true,
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: true, lineStyle: { color: token('grid') } },
    axisLabel: { color: token('text-3'), fontSize: 11 },
  }
}

function tooltip(token: Token): Tree {
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    backgroundColor: token('surface'),
    borderColor: token('line-2'),
    borderWidth: 1,
    padding: [6, 9],
    textStyle: { color: token('text'), fontSize: 11 },
    axisPointer: { type: 'line', animation: false },
  }
}

/** An axis of ours with what the skeleton says on top; lists have one axis. */
function axis(given: unknown, defaults: Tree): Tree {
  return merge(defaults, tree(Array.isArray(given) ? given[0] : given))
}

/** Ticks where the unit has its own round numbers: GiB are no tens, and 100 % is the end. */
function ruled(format: string | undefined, lines: readonly Line[]): Tree {
  const most = Math.max(0, ...lines.map((line) => extent(line.pairs)?.most ?? 0))
  if (format === 'percent100' && most > 75 && most <= 100) return { max: 100, interval: 25 }
  if ((format === 'megabytes' || format === 'bytes') && most > 0) {
    const interval = byteStep(format === 'megabytes' ? most * 1e6 : most) / (format === 'megabytes' ? 1e6 : 1)
    return { min: 0, interval, max: Math.ceil(most / interval) * interval }
  }
  return {}
}

/** At most so many spaces between the ticks of metrics: five ticks. */
const spaces = 4

/**
 * A rule for metrics, unless Go has said the range: few ticks at round numbers,
 * written with decimals alike, 0.60 between 0.55 and 0.65.
 */
function figured(given: Tree, lines: readonly Line[], look: Look): Tree {
  if (given['min'] !== undefined || given['max'] !== undefined) return {}
  const seen = lines.map((line) => extent(within(line.pairs, look.zoom))).filter((e) => e !== undefined)
  const least = Math.min(...seen.map((e) => e.least))
  const most = Math.max(...seen.map((e) => e.most))
  const span = most - least
  // What is level, or all but so, and what has no numbers, is left to the library.
  if (!(span > Math.max(Math.abs(least), Math.abs(most)) * 1e-9) || !Number.isFinite(span)) return {}
  const power = 10 ** Math.floor(Math.log10(span / spaces))
  for (const step of [1, 2, 2.5, 5, 10, 20]) {
    const interval = step * power
    const min = Math.floor(least / interval + 1e-9) * interval
    const max = Math.ceil(most / interval - 1e-9) * interval
    if (Math.round((max - min) / interval) > spaces) continue
    const format = columnFormat([min, max, ...Array.from({ length: spaces }, (_, i) => min + i * interval)])
    return { min, max, interval, axisLabel: { ...tree(given['axisLabel']), formatter: (n: number) => inColumn(Math.abs(n) < interval / 1000 ? 0 : n, format) } }
  }
  return {}
}

function formatterName(given: unknown): string | undefined {
  const name = tree(tree(Array.isArray(given) ? given[0] : given)['axisLabel'])['formatter']
  return typeof name === 'string' && isFormatName(name) ? name : undefined
}

/** A copy with tokens for their names, and without what is not plain data. */
function resolve(value: unknown, token: Token): unknown {
  if (typeof value === 'string') {
    if (value.startsWith('token:')) return token(value.slice(6))
    return value.includes('__f__') ? undefined : value
  }
  if (Array.isArray(value)) return value.map((one) => resolve(one, token))
  if (typeof value === 'object' && value !== null) {
    const copy: Tree = {}
    for (const [key, one] of Object.entries(value)) {
      if (key !== 'formatter') copy[key] = resolve(one, token)
    }
    return copy
  }
  return value
}

function merge(below: Tree, above: Tree): Tree {
  const merged: Tree = { ...below }
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined || value === null) continue
    const old = merged[key]
    merged[key] = isTree(old) && isTree(value) ? merge(old, value) : value
  }
  return merged
}

function put(target: Tree, part: string, key: string, value: unknown): void {
  target[part] = { ...tree(target[part]), [key]: value }
}

function omit(from: Tree, keys: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)))
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

function tree(value: unknown): Tree {
  return isTree(value) ? value : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}
