import type { ChartKind, ChartSpec } from '../../api/charts'

/** What a kind of chart is called, and what it is for. */
export const kindWords: Record<ChartKind, { name: string; help: string }> = {
  line: { name: 'Lines', help: 'Metrics as they went, a line for each run or group' },
  bar: { name: 'Bars', help: 'One value of each run or group, the greatest first' },
  scatter: { name: 'Points', help: 'Two values of each run' },
  bubble: { name: 'Bubbles', help: 'Two values of each run, a third as its size' },
  parallel: { name: 'Parallel axes', help: 'A line through several values for each run' },
  contour: { name: 'Contour', help: 'A value over two others, as on a map' },
  box: { name: 'Boxes', help: 'How values lie in each group: median, quartiles, outliers' },
  correlation: { name: 'Correlation', help: 'How params and metrics go together' },
  importance: { name: 'What moved it', help: 'Which params say most about a metric' },
  histogram: { name: 'Histogram', help: 'How often values occur' },
  arrays: { name: 'Histograms of arrays', help: 'How the numbers in logged arrays lie: of one run by step, of several the last' },
  images: { name: 'Images', help: 'Pictures that runs logged, by step' },
}

/** Which fields a kind has. */
export interface Fields {
  /** How many columns on the y axis: none, one, or several. */
  y: 'none' | 'one' | 'many'
  yLabel: string
  x: 'none' | 'axis' | 'column' | 'maybe'
  z?: string
  axes?: string
  group?: boolean
  smooth?: boolean
  logX?: boolean
  logY?: boolean
  bins?: boolean
  method?: boolean
  limit?: boolean
}

export const fieldsOf: Record<ChartKind, Fields> = {
  line: { y: 'many', yLabel: 'Metrics', x: 'axis', group: true, smooth: true, logX: true, logY: true, limit: true },
  bar: { y: 'many', yLabel: 'Values', x: 'none', group: true, logX: true, limit: true },
  scatter: { y: 'one', yLabel: 'Up', x: 'column', logX: true, logY: true, limit: true },
  bubble: { y: 'one', yLabel: 'Up', x: 'column', z: 'Size', logX: true, logY: true, limit: true },
  parallel: { y: 'none', yLabel: '', x: 'none', axes: 'Axes', limit: true },
  contour: { y: 'one', yLabel: 'Up', x: 'column', z: 'Height', logX: true, logY: true },
  box: { y: 'one', yLabel: 'Values', x: 'maybe', group: true, logY: true },
  correlation: { y: 'none', yLabel: '', x: 'none', axes: 'Columns', method: true },
  importance: { y: 'one', yLabel: 'Metric', x: 'none', axes: 'Params (none: all)' },
  histogram: { y: 'one', yLabel: 'Values', x: 'none', bins: true, logX: true },
  arrays: { y: 'none', yLabel: '', x: 'none', bins: true },
  images: { y: 'many', yLabel: 'Images', x: 'none' },
}

/** A spec of another kind that keeps what both kinds have. */
export function asKind(spec: ChartSpec, kind: ChartKind, columns: { metrics: readonly string[]; params: readonly string[] }): ChartSpec {
  const fields = fieldsOf[kind]
  const metric = spec.y?.find((c) => columns.metrics.includes(c)) ?? columns.metrics[0]
  const [param = columns.metrics[1], second = columns.metrics[1]] = columns.params
  const next: ChartSpec = { kind }
  if (fields.y !== 'none' && metric !== undefined) next.y = fields.y === 'many' && (spec.y?.length ?? 0) > 0 && spec.kind !== 'images' && spec.kind !== 'arrays' ? [...(spec.y ?? [])] : [metric]
  if (kind === 'images') next.y = []
  if (fields.x === 'axis') next.x = 'step'
  if (fields.x === 'column' && param !== undefined) next.x = spec.kind === 'line' || spec.x === undefined || spec.x === '' ? param : spec.x
  if (fields.z !== undefined && second !== undefined) next.z = spec.z ?? second
  if (fields.axes !== undefined && kind !== 'importance') {
    const some = spec.axes ?? [...columns.params.slice(0, 6), ...columns.metrics.slice(0, 2)]
    if (some.length > 0) next.axes = [...some]
  }
  if (fields.group === true && spec.group !== undefined) next.group = [...spec.group]
  if (fields.logX === true && spec.logX === true) next.logX = true
  if (fields.logY === true && spec.logY === true) next.logY = true
  return next
}
