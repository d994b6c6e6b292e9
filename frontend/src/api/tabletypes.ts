import type { components } from './schema'

type Schemas = components['schemas']

/** Which runs are asked for, everywhere. */
export interface Question {
  experiments: string[]
  filter: string
  order: string[]
}

export type Grouping = Schemas['Grouping']
export type GroupCell = Schemas['GroupCell']
export type RunGroup = Schemas['RunGroup']
/** What stands before the ids of an order. */
export type OrderHead = Schemas['RunOrder']
export type RunFacts = Schemas['RunFacts']
export type CellColumn = Schemas['ColumnCells']
export type RunCells = Pick<Schemas['Cells'], 'seq' | 'runs' | 'columns'>
export type RunColumn = Schemas['RunColumn']
export type RunColumns = Schemas['RunColumns']
/** A view that was saved under a name. */
export type SavedView = Schemas['View']

/** What takes a change of many runs back; only the door reads it. */
export type Undo = Schemas['Undo']
export type Edited = Schemas['EditedRuns']
