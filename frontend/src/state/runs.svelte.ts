import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Advice, RunPage, RunRow } from '../api/types'
import type { Batch } from '../live/batch'
import { append, difference, idFilter, nobody, patch, sameParams, shownAmong, statusChanges, unique } from './rows'
import { Latest, Throttle } from './throttle'

/** Which runs are asked for. */
export interface RunsQuestion {
  experiments: string[]
  filter: string
  order: string
}

/** Rows of a page; also what a first look at a workspace reads. */
const pageSize = 200
/** Rows that are read again at once after a change of order. */
const most = 1000

/**
 * The table of runs: asks the door in windows, keeps values fresh in place,
 * and lets order and number stand still while somebody works in the table.
 */
export class RunsTable {
  rows = $state.raw<readonly RunRow[]>([])
  /** Runs that match, loaded or not. */
  total = $state(0)
  /** Runs of the chosen experiments. */
  all = $state(0)
  params = $state.raw<readonly string[]>([])
  metrics = $state.raw<readonly string[]>([])
  /** Params that are the same in all loaded runs: they step back. */
  same = $state.raw<readonly string[]>([])
  /** Remarks on a filter that found nothing. */
  advice = $state.raw<readonly Advice[]>([])
  /** Asking a new question; old rows stay meanwhile. */
  loading = $state(true)
  /** The rows answer the present question. */
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)
  /** Waiting behind "2 newer". */
  newer = $state(0)
  reordered = $state(false)
  /** Where the table was scrolled to, for coming back. */
  scrollTop = 0
  /** Ids of the chosen runs, shown or not; back brings them back, too. */
  chosen = $state.raw(nobody)

  readonly #client: Client
  readonly #onStatus: (before: RunRow, now: RunRow) => void
  readonly #question = new Latest()
  readonly #look = new Throttle(1000, () => void this.#compare())
  #asked: RunsQuestion | undefined
  #held = false
  #cursor: string | undefined
  #more = false
  #comparing = false
  #fetching = false
  #stale: string[] = []

  constructor(client: Client, onStatus: (before: RunRow, now: RunRow) => void) {
    this.#client = client
    this.#onStatus = onStatus
  }

  /** Shows the answer to a question; the same one again changes nothing. */
  show(question: RunsQuestion): void {
    if (this.#asked !== undefined && same(this.#asked, question) && this.problem === undefined) return
    const another = this.#asked === undefined || this.#asked.experiments.join() !== question.experiments.join()
    this.#asked = question
    this.scrollTop = 0
    if (another) {
      this.loaded = false
      // Another experiment has other runs to choose from.
      this.chosen = nobody
    }
    void this.#read(pageSize)
  }

  /** Reads everything that is shown anew, in its present order. */
  refresh(): void {
    if (this.#asked !== undefined) void this.#read(Math.min(Math.max(this.rows.length, pageSize), most))
  }

  /** Reads further rows when the window nears the end of what is loaded. */
  async more(): Promise<void> {
    const cursor = this.#cursor
    if (this.#more || cursor === undefined || this.#asked === undefined) return
    this.#more = true
    const asked = this.#asked
    try {
      const page = await this.#client.runs({ ...this.#query(asked, most), cursor })
      if (this.#asked !== asked || this.#cursor !== cursor) return
      this.rows = append(this.rows, page.runs)
      this.#cursor = page.cursor
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    } finally {
      this.#more = false
    }
  }

  /** Takes runs out of the table before the door has said so. */
  remove(ids: ReadonlySet<string>): void {
    const before = this.rows.length
    this.rows = this.rows.filter((row) => !ids.has(row.id))
    const gone = before - this.rows.length
    this.total -= gone
    this.all -= gone
  }

  /** Somebody works in the table, or has left it: then what waited comes in. */
  hold(held: boolean): void {
    this.#held = held
    if (!this.#still && (this.newer > 0 || this.reordered)) this.refresh()
  }

  hear(batch: Batch): void {
    if (this.#asked === undefined) return
    if (batch.reset) {
      this.refresh()
      return
    }
    const stale = shownAmong(this.rows, batch.runs, batch.metrics)
    if (stale.length > 0) {
      this.#stale = unique([...this.#stale, ...stale])
      void this.#freshen()
    }
    if (batch.runs.size > 0 || this.#asked.order.startsWith('metrics.')) this.#look.ask()
  }

  async #read(limit: number): Promise<void> {
    const asked = this.#asked
    if (asked === undefined) return
    const signal = this.#question.next()
    this.loading = true
    try {
      const page = await this.#client.runs(this.#query(asked, limit), signal)
      if (this.#asked !== asked) return
      this.#take(page)
    } catch (thrown) {
      if (isAbort(thrown) || this.#asked !== asked) return
      this.problem = asVarveError(thrown)
    }
    this.loading = false
  }

  /** Reads the values of shown rows that changed; order and number stay. */
  async #freshen(): Promise<void> {
    if (this.#fetching) return
    this.#fetching = true
    while (this.#stale.length > 0) {
      const ids = this.#stale.splice(0, pageSize)
      try {
        const page = await this.#client.runs({ experiments: [], filter: idFilter(ids), order: [], limit: ids.length })
        this.#setRows(patch(this.rows, page.runs))
      } catch {
        // The stream says when the door is gone; the next change asks again.
        this.#stale = []
      }
    }
    this.#fetching = false
  }

  /** Looks whether the first page would be another one by now. */
  async #compare(): Promise<void> {
    const asked = this.#asked
    if (asked === undefined || this.#comparing || this.loading) return
    this.#comparing = true
    try {
      const page = await this.#client.runs(this.#query(asked, pageSize))
      if (this.#asked !== asked) return
      const { newer, reordered } = difference(this.rows.slice(0, pageSize), this.total, page)
      const moves = newer > 0 || reordered
      if (moves && !this.#still) {
        this.#take(page)
        return
      }
      this.newer = newer
      this.reordered = reordered
      this.all = page.all
      this.#setRows(patch(this.rows, page.runs))
      // A column that appears moves others: not under a pointer either.
      if (!this.#still) this.#takeColumns(page)
    } catch {
      // As above: a later change looks again.
    } finally {
      this.#comparing = false
    }
  }

  #take(page: RunPage): void {
    this.#setRows(page.runs)
    this.total = page.total
    this.all = page.all
    this.advice = page.advice ?? []
    this.#takeColumns(page)
    this.#cursor = page.cursor === '' ? undefined : page.cursor
    this.problem = undefined
    this.newer = 0
    this.reordered = false
    this.loaded = true
  }

  #takeColumns(page: RunPage): void {
    if (this.params.join('\n') !== page.params.join('\n')) this.params = page.params
    if (this.metrics.join('\n') !== page.metrics.join('\n')) this.metrics = page.metrics
    this.same = sameParams(this.rows, page.params)
  }

  /** Nothing may move: somebody works here, or has scrolled away from the top. */
  get #still(): boolean {
    return this.#held || this.scrollTop > 0
  }

  #setRows(rows: readonly RunRow[]): void {
    const changes = statusChanges(this.rows, rows)
    this.rows = rows
    for (const [before, now] of changes) this.#onStatus(before, now)
  }

  #query(asked: RunsQuestion, limit: number) {
    return { experiments: asked.experiments, filter: asked.filter, order: asked.order === '' ? [] : [asked.order], limit }
  }
}

function same(a: RunsQuestion, b: RunsQuestion): boolean {
  return a.filter === b.filter && a.order === b.order && a.experiments.join() === b.experiments.join()
}
