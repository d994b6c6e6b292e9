import type { EChartsOption } from 'echarts'
import { axis, figured, formatterName, logarithmic, ruled, tooltip, xDefaults, yDefaults } from './axes'
import { drawing, type Drawing, type Line } from './data'
import { plainLook, type Look } from './look'
import { smoothed, within } from './smooth'
import { formatNamed, type Format } from './formats'
import { listOf, merge, omit, put, resolve, tree, type Token, type Tree } from './tree'

/** What Go composed: an ECharts option with names for colours and formatters. */
export type Skeleton = Readonly<Record<string, unknown>>

export type { Token } from './tree'

/** A chart, ready to be drawn. */
export interface Composed {
  option: EChartsOption
  drawings: Drawing[]
  x: Format
  y: Format
  /** Words at the x axis, such as "step". */
  xName: string
}

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

/** The line of the points steps back behind the smoothed one. */
function withSmooth(line: Line, [raw = {}, ...rest]: Tree[], look: Look): Tree[] {
  const each = line.total / Math.max(1, line.pairs.length / 2)
  const soft = drawing(within(smoothed(line.pairs, look.smooth, each), look.zoom), look.log)
  const faint = { ...raw, lineStyle: { ...tree(raw['lineStyle']), opacity: 0.22 }, z: 1 }
  return [faint, ...rest, { ...raw, name: `${line.label}, smoothed`, data: soft.pairs, step: false, z: 3 }]
}
