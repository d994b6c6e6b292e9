import { root } from '../../api/client'
import type { RunsRoute } from '../../state/route'
import type { Column } from './columns'

/** Forms of files that other programs read. */
export const formats = [
  { format: 'csv', label: 'CSV', help: 'for spreadsheets and R' },
  { format: 'parquet', label: 'Parquet', help: 'for pandas, Polars, DuckDB: numbers stay exact' },
  { format: 'json', label: 'JSON', help: 'for programs' },
] as const
export type Format = (typeof formats)[number]['format']

/** The address of the runs of a table as a file; without columns it has all of them. */
export function exportAddress(route: RunsRoute, format: Format, columns?: readonly Column[]): string {
  const query = new URLSearchParams({ format })
  for (const experiment of route.experiments) query.append('experiment', experiment)
  if (route.filter !== '') query.set('filter', route.filter)
  if (route.order !== '') query.set('order', route.order)
  for (const column of columns ?? []) if (column.form !== 'curve') query.append('column', column.id)
  return `${root}/runs/export?${query}`
}

/** A name for the file that every system takes. */
export function exportName(title: string, format: Format): string {
  const plain = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^-+|-+$/g, '')
  return `${plain === '' ? 'runs' : plain}.${format}`
}
