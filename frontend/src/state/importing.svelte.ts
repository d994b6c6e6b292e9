import type { Client } from '../api/client'
import type { Import, ImportKind, ImportPlan, ImportResult, ImportTable, Job } from '../api/types'
import { Planned, resultOf } from './planned.svelte'

/** How decimals and dates of a table are written. */
export type TableReading = Pick<ImportTable, 'decimal' | 'dates'>

/** What is brought in: runs of a folder or file, those of a server, or versions of data. */
export type ImportMode = 'runs' | 'server' | 'data'

/** The sheet that brings in runs, or versions of data, of another program. */
export class Importing extends Planned<Import, ImportPlan> {
  /** Path, or address of a server. */
  from = $state('')
  mode = $state<ImportMode>('runs')
  into = $state('')
  reference = $state(false)
  sheet = $state('')
  experiment = $state('')
  /** What a person has chosen for columns, by their names. */
  columns = $state.raw<Readonly<Record<string, ImportKind>>>({})
  /** How a person has said that values are written; else it is found out. */
  reading = $state.raw<TableReading>({})

  /** Imports that were undone here. */
  undone = $state.raw<readonly string[]>([])

  constructor(client: Client) {
    super(client, client.imports)
  }

  /** Opens the sheet, with a path if there is one. */
  begin(from = '', mode: ImportMode = 'runs'): void {
    this.close()
    this.open = true
    this.mode = mode
    this.into = ''
    this.reference = false
    this.#clear(from)
    if (from !== '') void this.look()
  }

  /** Another path or address is meant. */
  take(from: string): void {
    this.#clear(from)
    if (from.trim() !== '') void this.look()
  }

  #clear(from: string): void {
    this.from = from
    this.sheet = ''
    this.experiment = ''
    this.columns = {}
    this.reading = {}
    this.forget()
  }

  /** Another sheet of a workbook has other columns. */
  chooseSheet(sheet: string): void {
    this.sheet = sheet
    this.columns = {}
    void this.look()
  }

  choose(column: string, kind: ImportKind): void {
    this.columns = { ...this.columns, [column]: kind }
    void this.look()
  }

  read(as: TableReading): void {
    this.reading = { ...this.reading, ...as }
    void this.look()
  }

  /** What is asked for. */
  get request(): Import {
    const table = { sheet: this.sheet, experiment: this.experiment.trim(), columns: this.columns, ...this.reading }
    const chosen = this.plan?.table !== undefined || this.sheet !== '' || Object.keys({ ...this.columns, ...this.reading }).length > 0
    return {
      from: this.from.trim(),
      ...(this.mode === 'data' ? { kind: 'data' as const } : {}),
      ...(this.into.trim() === '' ? {} : { into: this.into.trim() }),
      ...(this.reference && this.plan?.local === true ? { reference: true } : {}),
      ...(chosen && this.mode === 'runs' ? { table } : {}),
    }
  }
}

/** What an import did; undefined for other jobs. */
export function importResult(job: Job): ImportResult | undefined {
  return resultOf(job, 'import.take') as ImportResult | undefined
}
