import type { Client } from './client'
import { decodeOrder, decodeSparklines, type RunOrder } from './order'
import type { Edited, Grouping, Question, RunCells, RunColumns, SavedView, Undo } from './tabletypes'

/** A change of many runs at once; one kind of change. */
export interface BulkEdit {
  runs: readonly string[]
  set?: { key: string; value: string }[]
  unset?: string[]
  trash?: boolean
  experiment?: string
}

/** What the table of runs asks Varve's own interface for. */
export class TableDoor {
  readonly #client: Pick<Client, 'raw'>

  constructor(client: Pick<Client, 'raw'>) {
    this.#client = client
  }

  /** All runs that answer a question, in their order; in groups, or nested in each other. */
  async order(question: Question, how: { group?: Grouping; nested?: boolean }, signal?: AbortSignal): Promise<RunOrder> {
    const answer = await this.#post('/runs/order', { question, ...how }, signal)
    return decodeOrder(await answer.arrayBuffer())
  }

  /** How many runs answer each of several questions; -1 for one that is wrong. */
  async counts(questions: readonly Question[], signal?: AbortSignal): Promise<readonly number[]> {
    return ((await (await this.#post('/runs/counts', { questions }, signal)).json()) as { counts: number[] }).counts
  }

  /** The cells of some runs. */
  async cells(runs: readonly string[], columns: readonly string[], signal?: AbortSignal): Promise<RunCells> {
    return (await (await this.#post('/runs/cells', { runs, columns }, signal)).json()) as RunCells
  }

  /** The cells of the first runs that answer a question. */
  async firstCells(question: Question, limit: number, columns: readonly string[], signal?: AbortSignal): Promise<RunCells> {
    return (await (await this.#post('/runs/cells', { question, limit, columns }, signal)).json()) as RunCells
  }

  /** Every column that the runs of a question have; of named ones, how their values are spread, too. */
  async columns(question: Question, named?: readonly string[], signal?: AbortSignal): Promise<RunColumns> {
    const body = named === undefined ? { question } : { question, columns: named, buckets: 20 }
    return (await (await this.#post('/runs/columns', body, signal)).json()) as RunColumns
  }

  /** The curves of a metric, in few points: pairs of step and value for each run. */
  async sparklines(runs: readonly string[], key: string, signal?: AbortSignal): Promise<Float64Array[]> {
    const answer = await this.#post('/runs/sparklines', { runs, key, points: 32 }, signal)
    return decodeSparklines(await answer.arrayBuffer())
  }

  /** Views of the table that were saved with an experiment, or with the workspace. */
  async views(experiment: string, signal?: AbortSignal): Promise<SavedView[]> {
    const query = new URLSearchParams({ kind: 'table', ...(experiment !== '' && { experiment }) })
    const answer = await this.#client.raw(`/views?${query}`, signal === undefined ? {} : { signal })
    return ((await answer.json()) as { views: SavedView[] }).views
  }

  async saveView(experiment: string, name: string, value: string): Promise<void> {
    await this.#client.raw('/views', json('PUT', { experiment, kind: 'table', name, value }))
  }

  async renameView(experiment: string, name: string, to: string): Promise<void> {
    await this.#post('/views/rename', { experiment, kind: 'table', name, to })
  }

  async deleteView(experiment: string, name: string): Promise<void> {
    const query = new URLSearchParams({ experiment, kind: 'table', name })
    await this.#client.raw(`/views?${query}`, json('DELETE'))
  }

  /** Changes many runs at once; what comes back undoes it. */
  async edit(change: BulkEdit): Promise<Edited> {
    return (await (await this.#post('/runs/edit', change)).json()) as Edited
  }

  async undo(undo: Undo): Promise<void> {
    await this.#post('/runs/edit/undo', undo)
  }

  #post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    return this.#client.raw(path, { ...json('POST', body), ...(signal !== undefined && { signal }) })
  }
}

function json(method: string, body?: unknown): RequestInit {
  return { method, headers: { 'Content-Type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) }
}
