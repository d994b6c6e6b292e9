import type { EChartsOption } from 'echarts'
import { axis, figured, formatterName, logarithmic, ruled, tooltip, xDefaults, yDefaults } from './axes'
import { sides } from './brush'
import type { Drawing } from './data'
import { hasLines, isLine, linesOf, type Drawn, type DrawnSeries } from './drawn'
import { formatNamed, type Format } from './formats'
import { plainLook, type Look } from './look'
import { strokes, type Stroking } from './strokes'
import { listOf, merge, omit, put, resolve, tree, type Token, type Tree } from './tree'

/** A drawn chart with everything in it that a page adds. */
export interface Finished {
  option: EChartsOption
  /** Of each line that has a label at its end. */
  drawings: Drawing[]
  x: Format
  y: Format
  xName: string
}

/** How a drawn chart is to be shown. */
export interface Finish {
  token: Token
  /** Pixels at the right for labels at the ends of lines. */
  right?: number
  /** How lines are looked at. */
  look?: Look
  /** Little room: fewer ticks, no names of axes. */
  small?: boolean
  /** The order of parallel axes, by their places. */
  order?: readonly number[]
}

/** Pixels at the right for what the colours of cells mean. */
const legendRoom = 76

/** Puts points, colours and formatters into the option of a drawn chart. */
export function finish(drawn: Drawn, how: Finish): Finished {
  const { token } = how
  const { head } = drawn
  const given = tree(resolve(head.option, token))
  // The length of a bar is its value: it begins at zero.
  const scale = !['bar', 'histogram', 'importance'].includes(head.kind)
  const line = isLine(drawn)
  // Lines have axes, whether anything is said about them or not.
  const said = (name: 'xAxis' | 'yAxis') => head.option[name] ?? (line ? {} : undefined)
  const xs = axes(said('xAxis'), given['xAxis'], { ...xDefaults(token), scale }, how)
  const ys = axes(said('yAxis'), given['yAxis'], { ...yDefaults(token), scale }, how)
  const look = line ? (how.look ?? plainLook) : plainLook
  if (line) rule(drawn, xs.axes, ys.axes, look)
  const drawings: Drawing[] = []
  const series = listOf(given['series']).flatMap((one, i) => {
    const described = head.series[i]
    const block = drawn.blocks[i]
    if (described === undefined || block === undefined) return []
    return finished(tree(one), described, block, { drawn, token, look, drawings, log: ys.axes[0]?.['type'] === 'log' })
  })
  const shared = ['series', 'xAxis', 'yAxis', 'title', 'legend', 'toolbox', 'color', 'dataZoom', 'grid', 'tooltip', 'animation', 'parallelAxis', 'visualMap']
  const option: Tree = {
    ...omit(given, shared),
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: token('font-ui'), fontSize: 11 },
    tooltip: merge(tooltip(token), { ...tree(given['tooltip']), trigger: hasLines(drawn) ? 'axis' : 'item' }),
    series,
  }
  if (xs.axes.length > 0) {
    option['grid'] = merge({ left: 8, top: 10, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }, { ...tree(given['grid']), right: given['visualMap'] === undefined || head.kind === 'bubble' ? (how.right ?? 14) : legendRoom })
    option['xAxis'] = xs.axes
    // The second y axis is a ruler from 0 to 1 for ticks of missing values.
    option['yAxis'] = line ? [...ys.axes, { show: false, type: 'value', min: 0, max: 1 }] : ys.axes
  }
  if (given['parallelAxis'] !== undefined) Object.assign(option, parallel(head.option, given, how))
  if (given['visualMap'] !== undefined) option['visualMap'] = ramp(given['visualMap'], head.option['visualMap'], token)
  return { option: option, drawings, x: xs.format, y: ys.format, xName: xs.name }
}

/** Axes with their formatters; names stand in the head of the chart, unless both axes have one to tell. */
function axes(skeleton: unknown, given: unknown, defaults: Tree, how: Finish): { axes: Tree[]; format: Format; name: string } {
  if (skeleton === undefined) return { axes: [], format: formatNamed(undefined), name: '' }
  const names = Array.isArray(skeleton) ? skeleton : [skeleton]
  const made = (Array.isArray(given) ? given : [given]).map((one, i): Tree => {
    const mine = axis(one, defaults)
    const type = mine['type']
    const format = formatNamed(formatterName(names[i]) ?? (type === 'time' ? 'time' : undefined))
    if (type !== 'category') put(mine, 'axisLabel', 'formatter', format.short)
    else {
      put(mine, 'axisLabel', 'formatter', (text: string) => short(text))
      mine['splitLine'] = { show: false }
    }
    if (how.small === true) mine['splitNumber'] = 3
    return mine
  })
  const [first = {}] = made
  const name = typeof first['name'] === 'string' ? first['name'] : ''
  for (const one of made) delete one['name']
  return { axes: made, format: formatNamed(formatterName(names[0]) ?? (first['type'] === 'time' ? 'time' : undefined)), name }
}

/** The names of categories on an axis are cut; hovering tells them whole. */
function short(text: string): string {
  return text.length > 22 ? `${text.slice(0, 21)}…` : text
}

/** Ticks of line charts at round numbers, and how they are looked at. */
function rule(drawn: Drawn, [x]: Tree[], [y]: Tree[], look: Look): void {
  if (x !== undefined && look.zoom !== undefined) Object.assign(x, { min: look.zoom[0], max: look.zoom[1] })
  if (y === undefined) return
  if (look.log || y['type'] === 'log') {
    Object.assign(y, logarithmic)
    return
  }
  // A range without outliers ends where it ends, not at round numbers.
  if (y['min'] !== undefined && y['max'] !== undefined) y['axisLabel'] = { ...tree(y['axisLabel']), showMinLabel: false, showMaxLabel: false }
  const format = formatterName(drawn.head.option['yAxis'])
  if (formatNamed(format) === formatNamed(undefined)) Object.assign(y, figured(y, linesOf(drawn), look))
  else Object.assign(y, ruled(format, linesOf(drawn)))
}

/** Lines through parallel axes: bent, as they can be followed, and faint outside of what was chosen on an axis. */
const curved = { smooth: 0.22, inactiveOpacity: 0.06, activeOpacity: 0.9 }

/** From so many points on, an element for each would hold the page back. */
const many = 1000

function finished(given: Tree, described: DrawnSeries, block: Float64Array, context: Stroking): Tree[] {
  // The id is the number of the series: what hovering finds its description by.
  const id = `${context.drawn.head.series.indexOf(described)}`
  // Painted at once: what is painted piece by piece goes on after the chart is gone.
  const mine: Tree = { ...given, id, name: described.label, dimensions: [...described.dims], animation: false, progressive: 0 }
  if (described.role === 'line' || described.role === 'raw' || described.role === 'low' || described.role === 'band') return strokes(mine, described, block, context)
  // What lies beyond the axis is marked for the lines that matter: of all of them, the marks would be a bar.
  if (described.role === 'clipped' && described.slot === 0) return []
  // Many points are drawn as one shape; those of bubbles have sizes of their own.
  if (given['type'] === 'scatter') mine['large'] = context.drawn.head.kind !== 'bubble' && block.length > many * described.dims.length
  if (given['type'] === 'parallel') return [{ ...mine, ...curved, data: rowsOf(block, described.dims.length) }]
  // Boxes are read as a list of rows by the library.
  if (given['type'] === 'boxplot' || given['type'] === 'heatmap') return [{ ...mine, data: rowsOf(block, described.dims.length) }]
  return [{ ...mine, data: block }]
}

/** Rows of numbers, for kinds of charts that do not read typed arrays; NaN is a gap. */
export function rowsOf(block: Float64Array, wide: number): (number | string)[][] {
  if (wide === 0) return []
  return Array.from({ length: Math.floor(block.length / wide) }, (_, r) => Array.from(block.subarray(r * wide, (r + 1) * wide), (n) => (Number.isNaN(n) ? '-' : n)))
}

/** Parallel axes in the order that the person gave them. */
function parallel(skeleton: Tree, given: Tree, how: Finish): Tree {
  const { token } = how
  const names = listOf(skeleton['parallelAxis'])
  const all = listOf(given['parallelAxis']).map((one, i): Tree => {
    const mine = merge(
      {
        dim: i,
        nameGap: 12,
        axisLine: { lineStyle: { color: token('axis') } },
        axisTick: { show: false },
        splitNumber: 3,
        axisLabel: { color: token('text-3'), fontSize: 11, hideOverlap: true, textBorderColor: token('surface'), textBorderWidth: 3 },
        areaSelectStyle: { width: 13, borderWidth: 1.5, borderColor: token('accent'), color: token('accent'), opacity: 0.22 },
      },
      tree(one),
    )
    // Names are buttons above the drawing: by them, axes are moved.
    delete mine['name']
    const format = formatNamed(formatterName(names[i]))
    put(mine, 'axisLabel', 'formatter', mine['type'] === 'category' ? (text: string) => short(text) : format.short)
    return mine
  })
  const order = how.order ?? all.map((_, i) => i)
  const parallelBox = merge({ ...sides, top: 40, bottom: 14 }, tree(given['parallel']))
  return { parallel: parallelBox, parallelAxis: order.flatMap((i) => all[i] ?? []) }
}

function ramp(given: unknown, skeleton: unknown, token: Token): unknown {
  return (Array.isArray(given) ? given : [given]).map((one, i) => {
    const name = tree(listOf(Array.isArray(skeleton) ? skeleton : [skeleton])[i])['formatter']
    return merge({ textStyle: { color: token('text-3'), fontSize: 11 }, itemWidth: 10, itemHeight: 90 }, { ...tree(one), formatter: formatNamed(name).short })
  })
}
