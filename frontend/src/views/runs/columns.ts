import type { RunRow } from '../../api/types'
import { columnFormat, fromWire, inColumn, isNumeric, type ColumnFormat } from '../../format/number'
import type { GridColumn } from '../../grid/types'

/** What the columns are made of. */
export interface TableShape {
  rows: readonly RunRow[]
  params: readonly string[]
  metrics: readonly string[]
  /** Params that are the same in all rows: they stand last. */
  same: readonly string[]
  /** "metrics.rmse ASC"; '' is newest first. */
  order: string
  /** More than one experiment may be shown. */
  manyExperiments: boolean
  narrow: boolean
}

/** Rows that widths are measured by. */
const measured = 200

/** The columns: what a run is, the params that differ, the metrics (these first where experiments are mixed), then the params that are all the same. */
export function runColumns(shape: TableShape): GridColumn[] {
  const sample = shape.rows.slice(0, measured)
  const base: GridColumn[] = [
    column(shape, { id: 'name', label: 'Run', width: shape.narrow ? 216 : 240, key: 'attributes.run_name' }),
    ...(shape.manyExperiments ? [column(shape, { id: 'experiment', label: 'Experiment', width: 132 })] : []),
    column(shape, { id: 'started', label: 'Started', width: 92, key: 'attributes.start_time' }),
    column(shape, { id: 'took', label: 'Took', width: 80, right: true }),
    ...(sample.some((r) => r.data.length > 0) ? [column(shape, { id: 'data', label: 'Data', width: 84 })] : []),
  ]
  const paramColumn = (key: string): GridColumn => {
    const values = sample.map((r) => r.params[key]).filter((v) => v !== undefined)
    const right = values.length > 0 && values.every(isNumeric)
    return column(shape, { id: `params.${key}`, label: key, width: widthOf(key, values, 200), key: `params.${quoted(key)}`, right })
  }
  const differing = shape.params.filter((key) => !shape.same.includes(key)).map(paramColumn)
  const same = shape.params.filter((key) => shape.same.includes(key)).map((key) => ({ ...paramColumn(key), quiet: true, title: `${key}: the same in all these runs` }))
  const metrics = shape.metrics.map((key) => {
    const bar = isSorted(shape.order, `metrics.${quoted(key)}`) !== undefined ? 40 : 0
    return column(shape, { id: `metrics.${key}`, label: key, width: widthOf(key, ['-0.000000'], 150) + bar, key: `metrics.${quoted(key)}`, right: true })
  })
  // Runs of several experiments share metrics rather than params, most of which are
  // gaps: what can be compared stands where it is seen in a small window, too.
  return shape.manyExperiments ? [...base, ...metrics, ...differing, ...same] : [...base, ...differing, ...metrics, ...same]
}

/** The order after a click on a head: the better first, the other way, newest first again. */
export function nextOrder(order: string, id: string): string {
  const key = orderKey(id)
  if (key === undefined) return order
  const ways = id === 'started' ? ['ASC'] : ['ASC', 'DESC']
  const now = isSorted(order, key)
  const at = now === undefined ? -1 : ways.indexOf(now === 'ascending' ? 'ASC' : 'DESC')
  const next = ways[at + 1]
  return next === undefined ? '' : `${key} ${next}`
}

/** What is told of an order, in words. */
export function orderWords(order: string): string {
  const match = /^\w+\.(.*) (ASC|DESC)$/.exec(order)
  if (match === null) return 'newest first'
  return `by ${(match[1] ?? '').replace(/^`|`$/g, '')}, ${match[2] === 'ASC' ? 'lowest' : 'highest'} first`
}

/** How the metrics of the table are written, computed when a column is seen. */
export class MetricFormats {
  readonly #rows: readonly RunRow[]
  readonly #known = new Map<string, { format: ColumnFormat; least: number; most: number }>()

  constructor(rows: readonly RunRow[]) {
    this.#rows = rows
  }

  text(row: RunRow, key: string): string {
    return inColumn(valueOf(row, key), this.#of(key).format)
  }

  /** Where a value lies between the least and the most of its column, 0…1. */
  share(row: RunRow, key: string): number | undefined {
    const value = valueOf(row, key)
    const { least, most } = this.#of(key)
    if (value === undefined || !Number.isFinite(value) || !(most > least)) return undefined
    return (value - least) / (most - least)
  }

  #of(key: string): { format: ColumnFormat; least: number; most: number } {
    let known = this.#known.get(key)
    if (known === undefined) {
      const values = this.#rows.map((row) => valueOf(row, key)).filter((v): v is number => v !== undefined && Number.isFinite(v))
      let least = Infinity
      let most = -Infinity
      for (const v of values) {
        least = Math.min(least, v)
        most = Math.max(most, v)
      }
      known = { format: columnFormat(values), least, most }
      this.#known.set(key, known)
    }
    return known
  }
}

/** A metric of a row as a number. */
export function valueOf(row: RunRow, key: string): number | undefined {
  const wire = row.metrics[key]
  return wire === undefined ? undefined : fromWire(wire)
}

interface Wanted {
  id: string
  label: string
  width: number
  right?: boolean
  /** What the door sorts by. */
  key?: string
}

function column(shape: TableShape, wanted: Wanted): GridColumn {
  const sorted = wanted.key === undefined ? undefined : isSorted(shape.order, wanted.key)
  const byTime = wanted.id === 'started' && shape.order === ''
  const sortable = wanted.key !== undefined
  return {
    id: wanted.id,
    label: wanted.label,
    width: wanted.width,
    right: wanted.right ?? false,
    sortable,
    sorted: sorted ?? (byTime ? 'descending' : undefined),
    title: sortable ? `${wanted.label}: sort` : wanted.label,
  }
}

function orderKey(id: string): string | undefined {
  if (id === 'name') return 'attributes.run_name'
  if (id === 'started') return 'attributes.start_time'
  const dot = id.indexOf('.')
  return dot < 0 ? undefined : `${id.slice(0, dot)}.${quoted(id.slice(dot + 1))}`
}

/** A key as MLflow's grammar wants it. */
export function quoted(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : `\`${key}\``
}

function isSorted(order: string, key: string): 'ascending' | 'descending' | undefined {
  if (order === `${key} ASC`) return 'ascending'
  return order === `${key} DESC` ? 'descending' : undefined
}

/** Room for a head and its values in 12 px; long ones are cut, and whole on hovering. */
function widthOf(label: string, values: readonly string[], most: number): number {
  const letters = Math.max(label.length * 1.03, ...values.map((v) => v.length))
  return Math.round(Math.min(most, Math.max(64, letters * 6.5 + 26)))
}
