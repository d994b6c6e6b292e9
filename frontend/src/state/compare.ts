import type { RunDetail } from '../api/types'
import { change, columnFormat, exact, fromWire, inColumn } from '../format/number'
import { duration } from '../format/time'

/** As many runs as stand beside each other and can still be read. */
export const mostCompared = 24

/** Texts above this length are shown from where they differ. */
const longText = 24

/** What one run has in a row; undefined where it has nothing. */
export interface Value {
  text: string
  /** The whole truth, for hovering. */
  whole: string
  /** For a metric: how far it is from that of the first run, for example "+1.7 %". */
  change?: string
  /** For data: the digest of its version, which its mark is drawn from. */
  digest?: string
}

/** One thing, and what each run has of it. */
export interface CompareRow {
  label: string
  values: readonly (Value | undefined)[]
  /** All runs have the same. */
  same: boolean
}

/** Rows of one kind. */
export interface CompareSection {
  title: string
  rows: readonly CompareRow[]
  /** How many of them are the same in all runs. */
  equal: number
}

/** Runs beside each other: what each has of everything that any of them has. */
export function compareSections(runs: readonly RunDetail[], now: number): CompareSection[] {
  const took = (run: RunDetail): Value | undefined => {
    // Of a lost run nobody knows how long it took.
    if (run.started === undefined || run.started === 0 || (run.status === 'lost' && run.ended === undefined)) return undefined
    const text = duration((run.ended ?? now) - run.started)
    return { text, whole: text }
  }
  return [
    section('Metrics', [...metricRows(runs), row('took', runs.map(took))]),
    section('Parameters', keysOf(runs, (run) => Object.keys(run.params)).map((key) => row(key, fromDifference(runs.map((run) => plain(run.params[key])))))),
    section('Data, code, environment', originRows(runs)),
  ].filter((s) => s.rows.length > 0)
}

function metricRows(runs: readonly RunDetail[]): CompareRow[] {
  return keysOf(runs, (run) => run.metricList.filter((m) => !m.system).map((m) => m.key)).map((key) => {
    const numbers = runs.map((run) => run.metricList.find((m) => m.key === key)).map((m) => (m === undefined ? undefined : fromWire(m.last)))
    const format = columnFormat(numbers.filter((n) => n !== undefined))
    const [first] = numbers
    const values = numbers.map((n, i) => {
      if (n === undefined) return undefined
      const moved = i === 0 || first === undefined ? undefined : changeOf(first, n)
      return { text: inColumn(n, format), whole: exact(n), ...(moved !== undefined && { change: moved }) }
    })
    return row(key, values)
  })
}

/** How far a value is from the first one, in percent of it. */
function changeOf(first: number, value: number): string | undefined {
  return first === 0 || value === first ? undefined : change((value - first) / Math.abs(first))
}

function originRows(runs: readonly RunDetail[]): CompareRow[] {
  const data = keysOf(runs, (run) => run.data.map((use) => use.name)).map((name) =>
    row(
      name,
      runs.map((run) => {
        const use = run.data.find((d) => d.name === name)
        if (use === undefined) return undefined
        return { text: use.number === undefined ? use.digest.slice(0, 8) : `v${use.number}`, whole: use.digest, digest: use.digest }
      }),
    ),
  )
  const tag = (run: RunDetail, key: string) => run.tags.find((t) => t.key === key)?.value
  const facts: [string, (run: RunDetail) => string | undefined][] = [
    ['experiment', (run) => run.experimentName],
    ['code', (run) => run.source],
    ['commit', (run) => tag(run, 'mlflow.source.git.commit')],
    ['entry point', (run) => run.entryPoint],
    ['command', (run) => run.command],
    ['environment', (run) => run.environment],
    ['machine', (run) => run.host],
    ['person', (run) => run.user],
  ]
  const own = keysOf(runs, (run) => run.tags.filter((t) => !t.key.startsWith('mlflow.')).map((t) => t.key))
  return [
    ...data,
    ...facts.map(([label, of]) => row(label, fromDifference(runs.map((run) => plain(of(run)))))).filter((r) => r.values.some((v) => v !== undefined)),
    ...own.map((key) => row(key, runs.map((run) => plain(tag(run, key))))),
  ]
}

function section(title: string, rows: readonly CompareRow[]): CompareSection {
  return { title, rows, equal: rows.filter((r) => r.same).length }
}

function row(label: string, values: readonly (Value | undefined)[]): CompareRow {
  return { label, values, same: values.every((v) => v?.whole === values[0]?.whole) }
}

/**
 * Long texts, shown from the word at which they begin to differ: cut at their
 * ends, commands with other values would all look alike.
 */
export function fromDifference(values: readonly (Value | undefined)[]): (Value | undefined)[] {
  const texts = values.filter((v) => v !== undefined).map((v) => v.text)
  const [first = '', ...others] = texts
  if (others.length === 0 || texts.every((t) => t.length <= longText || t === first)) return [...values]
  let same = 0
  while (same < first.length && others.every((t) => t[same] === first[same])) same++
  const word = Math.max(first.lastIndexOf(' ', same - 1), first.lastIndexOf('/', same - 1)) + 1
  // A value alone tells less than "--alpha 0.1".
  const before = first.lastIndexOf(' ', word - 2) + 1
  const begin = first.startsWith('-', before) && first[word - 1] === ' ' ? before : word
  if (begin <= 2) return [...values]
  return values.map((v) => v && { ...v, text: `… ${v.text.slice(begin)}` })
}

function plain(text: string | undefined): Value | undefined {
  return text === undefined || text === '' ? undefined : { text, whole: text }
}

/** Every key that a run has, in alphabetical order. */
function keysOf(runs: readonly RunDetail[], of: (run: RunDetail) => readonly string[]): string[] {
  return [...new Set(runs.flatMap(of))].sort((a, b) => (a < b ? -1 : 1))
}
