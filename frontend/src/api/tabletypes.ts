import type { Wire } from '../format/number'
import type { components } from './schema'
import type { Advice, RunRow } from './types'

/** Which runs are asked for, everywhere. */
export interface Question {
  experiments: string[]
  filter: string
  order: string[]
}

/** How runs are put together: by these columns, or by all params but some. */
export interface Grouping {
  by?: string[]
  except?: string[]
  columns?: string[]
  order?: { of: '' | 'mean' | 'sd' | 'min' | 'max' | 'n'; column: string; descending: boolean }
}

export interface GroupKey {
  text: string
  absent?: boolean
}

export interface GroupCell {
  n: number
  mean?: Wire
  sd?: Wire
  min?: Wire
  max?: Wire
  nan?: number
  infinite?: number
  filled: number
  same: boolean
  text?: string
}

export interface RunGroup {
  id: string
  name: string
  key: GroupKey[]
  runs: number
  from: number
  statuses: Record<string, number>
  started?: number
  took?: number
  cells: GroupCell[]
}

/** What stands before the ids of an order. */
export interface OrderHead {
  seq: number
  total: number
  all: number
  advice?: Advice[]
  odd?: { line: number; id: string }[]
  context?: number[]
  keys?: string[]
  same?: { column: string; text: string }[]
  groups?: RunGroup[]
}

export type RunFacts = Omit<RunRow, 'params' | 'metrics'>

export type CellType = 'number' | 'text' | 'time' | 'duration' | 'status' | 'data'

export interface CellColumn {
  name: string
  type: CellType
  at?: number[]
  numbers?: Wire[]
  texts?: string[]
  cut?: number[]
}

export interface RunCells {
  seq: number
  total?: number
  all?: number
  runs: RunFacts[]
  columns: CellColumn[]
}

export interface RunColumn {
  name: string
  kind: 'param' | 'metric' | 'tag' | 'attribute'
  key: string
  type: CellType
  filled: number
  distinct?: number
  many?: boolean
  same: boolean
  text?: string
  numbers?: number
  nan?: number
  infinite?: number
  min?: number
  max?: number
  buckets?: number[]
}

export interface RunColumns {
  seq: number
  total: number
  columns: RunColumn[]
}

/** What takes a change of many runs back; only the door reads it. */
export type Undo = Readonly<Record<string, unknown>>

export interface Edited {
  changed: number
  undo: Undo
}

/** A view that was saved under a name. */
export type SavedView = components['schemas']['View']
