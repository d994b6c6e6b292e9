import type { RunOrder } from '../api/order'
import type { TableDoor } from '../api/tabledoor'
import type { Grouping, Question, RunCells } from '../api/tabletypes'
import { asked as grouping, type GroupBy } from './grouping'

/** Which runs are asked for. */
export interface RunsQuestion {
  experiments: string[]
  filter: string
  order: string
  group?: GroupBy | undefined
}

/** Rows that a table asks for before it knows how many it shows. */
export const firstRows = 60

/** The question as the door reads it. */
export function questionOf({ experiments, filter, order }: RunsQuestion): Question {
  return { experiments: [...experiments], filter, order: order === '' ? [] : [order] }
}

/** How the runs are put together, as the door reads it; means are of which columns groups tell them. */
export function howOf(asked: RunsQuestion, means: readonly string[]): { group?: Grouping; nested?: boolean } {
  const group = grouping(asked.group, means)
  return { ...(group !== undefined && { group }), ...(asked.group === 'nested' && { nested: true }) }
}

/** Every row, and of the first ones the cells, if it is known which are wanted. */
export function askForRows(
  door: TableDoor,
  asked: RunsQuestion,
  { means = [], wanted, rows = firstRows, signal }: { means?: readonly string[]; wanted: readonly string[]; rows?: number; signal?: AbortSignal },
): { order: Promise<RunOrder>; cells: Promise<RunCells> | undefined } {
  const order = door.order(questionOf(asked), howOf(asked, means), signal)
  // The first rows of groups are others.
  const cells = wanted.length === 0 || asked.group !== undefined ? undefined : door.firstCells(questionOf(asked), rows, wanted, signal)
  return { order, cells }
}

/** What decides which columns there are. */
export function scopeOf({ experiments, filter }: RunsQuestion): string {
  return `${experiments.join()} ${filter}`
}
