import { root } from '../../api/early'
import type { RunsRoute } from '../../state/route'
import type { Column } from './columns'

/** Forms of files that other programs read. */
export const formats = [
  { format: 'csv', label: 'CSV', help: 'for spreadsheets and R' },
  { format: 'tsv', label: 'TSV', help: 'for programs that take tabs' },
  { format: 'parquet', label: 'Parquet', help: 'for pandas, Polars, DuckDB: numbers stay exact' },
  { format: 'json', label: 'JSON', help: 'for programs' },
] as const
export type Format = (typeof formats)[number]['format']

/** The address of the runs of a table as a file, or of its groups; without columns it has all of them. */
export function exportAddress(route: RunsRoute, format: Format, columns?: readonly Column[]): string {
  const query = new URLSearchParams({ format })
  for (const experiment of route.experiments) query.append('experiment', experiment)
  if (route.filter !== '') query.set('filter', route.filter)
  if (route.order !== '') query.set('order', route.order)
  const { group } = route
  const groups = grouped(route)
  // Of groups, mean and spread of numbers are told; what they are grouped by stands in columns of its own.
  const wanted = (column: Column) => column.form !== 'curve' && (!groups || column.kind === 'metric' || column.id === 'duration')
  for (const column of columns?.filter(wanted) ?? []) query.append('column', column.id)
  if (group !== undefined && group !== 'nested') {
    const [name, keys] = 'by' in group ? ['groupBy', group.by] : ['except', group.except.length === 0 ? [''] : group.except]
    for (const key of keys) query.append(name, key)
  }
  return `${root}/runs/export?${query}`
}

/** Whether the table shows groups of runs, which have something in common. */
export function grouped({ group }: RunsRoute): boolean {
  return group !== undefined && group !== 'nested'
}

/** A name for the file that every system takes. */
export function exportName(title: string, format: Format): string {
  const plain = title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^-+|-+$/g, '')
  return `${plain === '' ? 'runs' : plain}.${format}`
}
