import type { ComparedRun } from '../api/types'
import type { CompareSection } from './compare'

/** A comparison as CSV (RFC 4180): a row for each thing, a column for each run, all of them, equal or not. */
export function comparisonText(runs: readonly ComparedRun[], sections: readonly CompareSection[], baseline: number): string {
  const rows = [
    ['', 'run', ...runs.map((run) => run.name)],
    ['', 'id', ...runs.map((run) => run.id)],
    ['', 'baseline', ...runs.map((_, i) => (i === baseline ? 'yes' : ''))],
    ...sections.flatMap((part) => part.rows.map((row) => [part.title, row.label, ...row.values.map((value) => value?.whole ?? '')])),
  ]
  return rows.map((row) => row.map(field).join(',') + '\r\n').join('')
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
