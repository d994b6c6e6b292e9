import type { ColumnLook } from '../../state/layout'
import type { Column, Kind } from './columns'

/** Columns of one kind, in the order in which they stand in the table. */
export interface Section {
  title: string
  columns: readonly Column[]
}

const titles: Readonly<Record<Kind, string>> = { attribute: 'Run', param: 'Params', metric: 'Metrics', tag: 'Tags', data: 'Data' }

/** What else a metric can be told by than its last value. */
export function variants(columns: readonly Column[], metric: Column): { word: string; column: Column }[] {
  if (metric.kind !== 'metric' || metric.info === undefined) return []
  const of = (id: string, word: string) => columns.filter((c) => c.id === id).map((column) => ({ word, column }))
  return [...of(`min(${metric.id})`, 'min'), ...of(`max(${metric.id})`, 'max'), ...of(`curve(${metric.id})`, 'curve')]
}

/** The columns whose name has a text in it, by kind; least, most and curve of a metric only where they are shown. */
export function sections(columns: readonly Column[], looks: readonly ColumnLook[], wanted: string): Section[] {
  const words = wanted.trim().toLowerCase()
  const known = new Map(columns.map((c) => [c.id, c]))
  const listed = (c: Column | undefined, look: ColumnLook) => c !== undefined && (look.shown || c.kind !== 'metric' || c.info !== undefined)
  const found = looks.map((look) => ({ look, c: known.get(look.id) })).filter(({ look, c }) => listed(c, look) && c?.label.toLowerCase().includes(words) === true).map(({ c }) => c)
  return (Object.keys(titles) as Kind[])
    .map((kind) => ({ title: titles[kind], columns: found.filter((c): c is Column => c?.kind === kind) }))
    .filter((section) => section.columns.length > 0)
}
