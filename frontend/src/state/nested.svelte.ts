import type { Client } from '../api/client'
import { isAbort } from '../api/errors'
import type { RunRow } from '../api/types'
import type { Batch } from '../live/batch'
import { common } from './common'
import { idFilter, nestedFilter } from './rows'
import { Latest, Throttle } from './throttle'

/** Nested runs that are listed; the table has all. */
const most = 8

/** The run that a run is nested in, and those that are nested in it. */
export class Nested {
  parent = $state.raw<RunRow | undefined>(undefined)
  children = $state.raw<readonly RunRow[]>([])
  /** How many there are. */
  total = $state(0)
  /** The metric that most of those listed have. */
  readonly metric = $derived(common(this.children))

  readonly #client: Client
  readonly #run: string
  readonly #call = new Latest()
  readonly #again = new Throttle(1000, () => this.load())
  #above = ''

  constructor(client: Client, run: string) {
    this.#client = client
    this.#run = run
  }

  /** Reads both anew; above is the id of the run that it is nested in. */
  async load(above = this.#above): Promise<void> {
    this.#above = above
    const signal = this.#call.next()
    const ask = (filter: string, limit: number) => this.#client.runs({ experiments: [], filter, order: ['start_time ASC'], limit }, signal)
    try {
      const [over, under] = await Promise.all([
        above === '' || above === this.#run ? undefined : ask(idFilter([above]), 1),
        ask(nestedFilter([this.#run]), most),
      ])
      this.parent = over?.runs[0]
      this.children = under.runs.filter((run) => run.id !== this.#run)
      this.total = under.total
    } catch (thrown) {
      // What is nested is a help; the page stands without it.
      if (!isAbort(thrown)) this.children = []
    }
  }

  hear(batch: Batch): void {
    if (batch.reset || batch.runs.size > 0 || this.children.some((run) => batch.metrics.has(run.id))) this.#again.ask()
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
  }
}
