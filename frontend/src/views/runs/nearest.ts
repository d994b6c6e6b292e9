import type { RunRow } from '../../api/types'
import { fromWire, metric, roundBeyond } from '../../format/number'
import { quoted } from './filter'

/** A filter that bounds one metric and nothing else. */
export interface Bound {
  key: string
  way: '<' | '<=' | '>' | '>='
  limit: number
}

/** The run that comes nearest to a bound which none keeps. */
export interface Nearest {
  run: string
  name: string
  value: number
}

const condition = /^\s*(?:metrics?\.)?(?:`([^`]+)`|"([^"]+)"|([A-Za-z_][\w./-]*))\s*(<=?|>=?)\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*$/i

/** Reads a filter; undefined when it is anything more than one bound. */
export function bound(filter: string): Bound | undefined {
  const [, ticks, quotes, plain, way, limit] = condition.exec(filter) ?? []
  const key = ticks ?? quotes ?? plain
  if (key === undefined || /^(params?|tags?|attr(ibute)?s?|run)\./i.test(key)) return undefined
  return { key, way: way as Bound['way'], limit: Number(limit) }
}

/** The order in which the nearest run is the first. */
export function nearestFirst({ key, way }: Bound): string {
  return `metrics.${quoted(key)} ${way.startsWith('<') ? 'ASC' : 'DESC'}`
}

/** What the first run in that order says; undefined if it has no such number. */
export function nearestOf({ key }: Bound, first: RunRow | undefined): Nearest | undefined {
  const wire = first?.metrics[key]
  if (first === undefined || wire === undefined) return undefined
  const value = fromWire(wire)
  return Number.isNaN(value) ? undefined : { run: first.id, name: first.name, value }
}

const words = { '<': 'below', '<=': 'of at most', '>': 'above', '>=': 'of at least' }

/** "No run has test_rmse below 0.4" */
export function noneWithin({ key, way, limit }: Bound): string {
  return `No run has ${key} ${words[way]} ${metric(limit)}`
}

/** A round bound that the nearest run keeps; undefined where there is none. */
export function within({ key, way }: Bound, value: number): Bound | undefined {
  const below = way.startsWith('<')
  const limit = roundBeyond(value, below)
  return limit === undefined ? undefined : { key, way: below ? '<' : '>', limit }
}

/** A bound as a filter. */
export function boundFilter({ key, way, limit }: Bound): string {
  return `metrics.${quoted(key)} ${way} ${limit}`
}
