/** What a chart can be. */
export const chartKinds = ['line', 'bar', 'scatter', 'bubble', 'parallel', 'contour', 'box', 'correlation', 'importance', 'histogram', 'arrays', 'images'] as const
export type ChartKind = (typeof chartKinds)[number]

/** What people save of a chart. Columns are names of the query language: "metrics.rmse", "params.lr". */
export interface ChartSpec {
  kind: ChartKind
  /** '' lets the owner make one. */
  title?: string
  y?: string[]
  x?: string
  /** Size of bubbles, height of a contour. */
  z?: string
  axes?: string[]
  group?: string[]
  band?: '' | 'range' | 'sd'
  /** Weight of the smoothing, 0 to 0.999. */
  smooth?: number
  logX?: boolean
  logY?: boolean
  clip?: boolean
  /** Coloured series; the others are context. */
  limit?: number
  bins?: number
  method?: '' | 'pearson' | 'spearman'
}

/** Which runs are meant: those of the experiments that fulfil the filter, or only these. */
export interface WhichRuns {
  experiments: readonly string[]
  filter: string
  runs: readonly string[]
}

/** Asks for a chart, ready to be drawn. */
export interface DrawRequest extends WhichRuns {
  chart: ChartSpec
  width: number
  /** The part of the x axis of lines that is seen. */
  from?: number
  to?: number
  /** Colour slots from 1, by id of the series. */
  slots?: Readonly<Record<string, number>>
  /** Only series in which one of these runs is. */
  only?: readonly string[]
}

export type SeriesRole = 'line' | 'raw' | 'low' | 'band' | 'clipped' | 'points' | 'bars' | 'boxes' | 'cells' | 'lines'

/** One series: what it shows, and where its points lie. */
export interface DrawnSeries {
  /** Id of the run, or key of the group. */
  id: string
  label: string
  runs: readonly string[]
  key: string
  role: SeriesRole
  /** 0 is context. */
  slot: number
  dims: readonly string[]
  offset: number
  rows: number
  /** Points that were logged. */
  total: number
  sampled: boolean
}

/** What the dims of table-like kinds are. */
export interface DrawnAxis {
  column: string
  label: string
  kind: 'number' | 'text' | 'time' | 'duration'
  categories?: readonly string[]
  format: string
}

export interface ChartHead {
  seq: number
  kind: ChartKind
  title: string
  /** Words for the head of the chart: "mean, range of 5". */
  note: string
  option: Readonly<Record<string, unknown>>
  series: readonly DrawnSeries[]
  rows?: readonly string[]
  axes?: readonly DrawnAxis[]
  matching: number
  drawn: number
  left?: readonly { n: number; why: string }[]
}

/** A chart with its points: a block of interleaved rows for each series. */
export interface DrawnChart {
  head: ChartHead
  blocks: readonly Float64Array[]
}

/** Charts that are worth looking at, and the metric that says most. */
export interface ProposedCharts {
  main?: { column: string; key: string; better: 'lower' | 'higher' | ''; word?: string }
  charts: readonly ChartSpec[]
}

const begin = 'VARVEC1\n'

/** Reads the answer of /charts/draw. */
export function decodeChart(buffer: ArrayBuffer): DrawnChart {
  const text = new TextDecoder()
  if (buffer.byteLength < 16 || text.decode(new Uint8Array(buffer, 0, 8)) !== begin) throw new TypeError('the answer is not a chart')
  const n = new DataView(buffer).getUint32(8, true)
  const head = JSON.parse(text.decode(new Uint8Array(buffer, 16, n))) as ChartHead
  const all = floats(buffer, 16 + n)
  return { head, blocks: head.series.map((s) => all.subarray(s.offset, s.offset + s.rows * s.dims.length)) }
}

/** Typed arrays use the byte order of the machine; on a big-endian one each number is read by itself. */
function floats(buffer: ArrayBuffer, from: number): Float64Array {
  const length = Math.floor((buffer.byteLength - from) / 8)
  if (littleEndian) return new Float64Array(buffer, from, length)
  const view = new DataView(buffer, from)
  return Float64Array.from({ length }, (_, i) => view.getFloat64(i * 8, true))
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
