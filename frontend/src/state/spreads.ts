import type { RunColumn } from '../api/tabletypes'

/** What is known of columns, with what came. */
export function withColumns(known: ReadonlyMap<string, RunColumn> | undefined, come: readonly RunColumn[]): ReadonlyMap<string, RunColumn> {
  return new Map([...(known ?? []), ...come.map((column): [string, RunColumn] => [column.name, column])])
}
