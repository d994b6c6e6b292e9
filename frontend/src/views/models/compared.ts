import type { ModelComparison } from '../../api/types'
import { bytes } from '../../format/bytes'
import { columnFormat, exact, fromWire, inColumn, missing, rounded } from '../../format/number'

/** One thing that two versions have, and how it changed. */
export interface VersionRow {
  key: string
  a: string
  b: string
  /** In words: −4.4 %, nearer 0, same. */
  change: string
  sense: 'better' | 'worse' | 'neither'
  title: string
  same: boolean
}

/** Rows of one kind, with a heading. */
export interface VersionRows {
  title: string
  rows: VersionRow[]
  equal: number
}

const titles: Record<string, string> = {
  metrics: 'Metrics',
  params: 'Params',
  data: 'Data',
  code: 'Code',
  environment: 'Environment',
  packages: 'Requirements',
  tags: 'Tags',
  notes: 'Description',
  run: 'Run',
}

/** Everything that two versions have, by kinds. */
export function allRows(of: ModelComparison): VersionRows[] {
  const own: VersionRows = { title: 'Model', rows: [sizeRow(of), signatureRow(of)], equal: 0 }
  own.equal = own.rows.filter((row) => row.same).length
  const sections = of.sections.map((s): VersionRows => ({ title: titles[s.kind] ?? s.kind, equal: s.equal, rows: s.rows.filter((row) => row.key !== 'took').map((row) => rowOf(s.kind, row)) }))
  const metrics = sections.filter((s) => s.title === 'Metrics')
  return [...metrics, own, ...sections.filter((s) => !metrics.includes(s))].filter((s) => s.rows.length > 0)
}

/** What decides: the metrics, and the size. */
export function fewRows(of: ModelComparison, most = 8): VersionRow[] {
  const metrics = of.sections.find((s) => s.kind === 'metrics')?.rows ?? []
  const known = [...metrics].sort((a, b) => Number(a.better === '') - Number(b.better === ''))
  return [...known.slice(0, most).map((row) => rowOf('metrics', row)), sizeRow(of)]
}

type Row = ModelComparison['sections'][number]['rows'][number]

function rowOf(kind: string, row: Row): VersionRow {
  const [a, b] = row.cells
  const numbers = [a, b].map((cell) => (cell?.number === undefined ? undefined : fromWire(cell.number)))
  if (kind !== 'metrics') {
    const text = (cell: typeof a) => (cell === undefined || cell.missing ? missing : (cell.text ?? ''))
    return { key: row.key, a: text(a), b: text(b), change: row.same ? 'same' : '', sense: 'neither', title: '', same: row.same }
  }
  const format = columnFormat(numbers.filter((n) => n !== undefined))
  const [before, now] = numbers
  return {
    key: row.key,
    a: inColumn(before, format),
    b: inColumn(now, format),
    change: row.same ? 'same' : changed(b?.change === undefined ? undefined : fromWire(b.change)),
    sense: sense(row, before, now),
    title: `${exact(before)} → ${exact(now)}`,
    same: row.same,
  }
}

function sense(row: Row, before: number | undefined, now: number | undefined): VersionRow['sense'] {
  if (row.better === '' || before === undefined || now === undefined || before === now || Number.isNaN(before) || Number.isNaN(now)) return 'neither'
  return now < before === (row.better === 'lower') ? 'better' : 'worse'
}

function changed(percent: number | undefined): string {
  if (percent === undefined) return ''
  // Thousands of per cent say less than how many times as much it is.
  if (percent >= 900) return `×${rounded(percent / 100 + 1, 0)}`
  const n = rounded(percent, Math.abs(percent) < 10 ? 1 : 0)
  return `${n > 0 ? '+' : n < 0 ? '−' : ''}${Math.abs(n)}\u2009%`
}

function sizeRow({ a, b }: ModelComparison): VersionRow {
  const [before, now] = [a.size ?? 0, b.size ?? 0]
  const change = before === now ? 'same' : before === 0 ? '' : changed(((now - before) / before) * 100)
  const text = (n: number) => (n === 0 ? missing : bytes(n))
  return { key: 'size', a: text(before), b: text(now), change, sense: 'neither', title: '', same: before === now }
}

function signatureRow({ signature }: ModelComparison): VersionRow {
  return { key: 'signature', a: '', b: '', change: signature === 'unknown' ? 'not told' : signature, sense: 'neither', title: '', same: signature !== 'differs' }
}
