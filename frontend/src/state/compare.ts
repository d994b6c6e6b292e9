import type { ComparedRow, ComparedSection, Comparison } from '../api/types'
import { change, columnFormat, exact, fromWire, inColumn } from '../format/number'
import { duration } from '../format/time'
import { fromDifference } from './differ'

/** As many runs as stand beside each other; beyond a screen of them, the table scrolls. */
export const mostCompared = 50

/** What one run has in a row; undefined where it has nothing. */
export interface Value {
  text: string
  /** The whole truth, for hovering. */
  whole: string
  /** For a metric: how far it is from that of the baseline, for example "+1.7 %". */
  change?: string
  /** Whether that is better or worse, where it is known which way is better. */
  better?: boolean
  /** No other run of the comparison is better. */
  best?: boolean
  /** For data: the digest of its version, which its mark is drawn from. */
  digest?: string
}

/** How the values of a row are to be shown. */
export type RowKind = 'plain' | 'metric' | 'note' | 'code'

/** One thing, and what each run has of it. */
export interface CompareRow {
  label: string
  kind: RowKind
  values: readonly (Value | undefined)[]
  /** All runs have the same. */
  same: boolean
}

/** Rows of one kind. */
export interface CompareSection {
  title: string
  rows: readonly CompareRow[]
  /** How many are the same in all runs, and how many there are. */
  equal: number
  all: number
  /** Rows that there was no room for. */
  left: number
}

/** Sections that stand under one head, in the order of the table. */
const heads: readonly (readonly [title: string, ...kinds: ComparedSection['kind'][]])[] = [
  ['Metrics', 'metrics', 'run'],
  ['Parameters', 'params'],
  ['Tags and notes', 'tags', 'notes'],
  ['Data, code, environment', 'data', 'code', 'environment'],
  ['Packages', 'packages'],
]

/** Runs beside each other, as they are shown. */
export function compareSections({ sections, baseline }: Comparison): CompareSection[] {
  return heads.flatMap(([title, ...kinds]) => {
    const parts = kinds.flatMap((kind) => sections.filter((s) => s.kind === kind))
    if (parts.length === 0) return []
    const rows = parts.flatMap((part) => part.rows.map((row) => rowOf(part.kind, row, baseline)))
    const counted = parts.reduce((n, part) => n + part.rows.length + part.left + (part.kind === 'packages' ? part.equal : 0), 0)
    return [{ title, rows, equal: parts.reduce((n, part) => n + part.equal, 0), all: counted, left: parts.reduce((n, part) => n + part.left, 0) }]
  })
}

/** The keys of the metrics that are compared. */
export function metricKeys({ sections }: Comparison): string[] {
  return sections.find((s) => s.kind === 'metrics')?.rows.map((row) => row.key) ?? []
}

function rowOf(kind: ComparedSection['kind'], row: ComparedRow, baseline: number): CompareRow {
  const { key, same } = row
  const label = kind === 'notes' ? 'note' : key
  if (kind === 'metrics') return { label, same, kind: 'metric', values: metricValues(row, baseline) }
  if (kind === 'run' && key === 'took') return { label, same, kind: 'plain', values: row.cells.map((c) => (c.number === undefined ? undefined : plain(duration(fromWire(c.number))))) }
  const texts = row.cells.map((c): Value | undefined => {
    if (c.missing || c.text === undefined) return undefined
    return { text: c.text, whole: c.link ?? c.text, ...(c.link !== undefined && { digest: c.link }) }
  })
  const shown = kind === 'notes' || kind === 'data' ? texts : key === 'commit' ? texts.map((v) => v && { ...v, text: v.text.slice(0, 7) }) : fromDifference(texts)
  const how = kind === 'notes' ? 'note' : (kind === 'code' && ['command', 'commit'].includes(key)) || kind === 'packages' ? 'code' : 'plain'
  return { label, same, kind: how, values: shown }
}

function metricValues(row: ComparedRow, baseline: number): (Value | undefined)[] {
  const numbers = row.cells.map((c) => (c.number === undefined ? undefined : fromWire(c.number)))
  const format = columnFormat(numbers.filter((n) => n !== undefined))
  const base = numbers[baseline]
  return numbers.map((n, i): Value | undefined => {
    if (n === undefined) return undefined
    const moved = row.cells[i]?.change
    const words = moved === undefined || fromWire(moved) === 0 ? undefined : change(fromWire(moved) / 100)
    const ahead = words === undefined || base === undefined || row.better === '' ? undefined : row.better === 'lower' ? n < base : n > base
    return {
      text: inColumn(n, format),
      whole: exact(n),
      ...(words !== undefined && { change: words }),
      ...(ahead !== undefined && { better: ahead }),
      // Where all are equally good, none stands out.
      ...(row.best.includes(i) && !row.same && { best: true }),
    }
  })
}

function plain(text: string): Value {
  return { text, whole: text }
}
