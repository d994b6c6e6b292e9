import type { Client } from '../api/client'
import { isAbort } from '../api/errors'
import type { RunRow } from '../api/types'
import type { Batch } from '../live/batch'
import { idFilter, statusChanges } from './rows'
import { Latest, Throttle } from './throttle'

/** Live runs that are known by row; the workspace counts them all. */
const most = 50
/** MLflow's statuses of runs that have ended, lost ones among them. */
const alive = "attributes.status != 'FINISHED' AND attributes.status != 'FAILED' AND attributes.status != 'KILLED'"

/** The runs that are alive, and what became of those that were. */
export class Pulse {
  live = $state.raw<readonly RunRow[]>([])
  /** Live runs, those beyond the known ones, too. */
  total = $state(0)
  loaded = $state(false)
  /** Rises when a run began or ended: lists of what happened are old then. */
  turn = $state(0)

  readonly #client: Client
  readonly #onStatus: (before: RunRow, now: RunRow) => void
  readonly #call = new Latest()
  readonly #again = new Throttle(1000, () => this.load())
  #turnedAt = ''
  /** A run that is not known as a live one has changed: it may have begun and ended between two looks. */
  #unseen = false

  constructor(client: Client, onStatus: (before: RunRow, now: RunRow) => void) {
    this.#client = client
    this.#onStatus = onStatus
  }

  async load(): Promise<void> {
    const unseen = this.#unseen
    this.#unseen = false
    try {
      const signal = this.#call.next()
      const page = await this.#client.runs({ experiments: [], filter: alive, order: [], limit: most }, signal)
      const still = page.runs.map((run) => run.id)
      const gone = this.live.filter((run) => !still.includes(run.id))
      // With more live runs than are known, one may only have been pushed out of sight.
      const ended = gone.length === 0 ? [] : (await this.#client.runs({ experiments: [], filter: idFilter(gone.map((run) => run.id)), order: [], limit: most }, signal)).runs
      const changes = statusChanges(this.live, [...page.runs, ...ended])
      this.live = page.runs
      this.total = page.total
      this.loaded = true
      const now = [...still].sort().join()
      if (now !== this.#turnedAt || unseen) this.turn++
      this.#turnedAt = now
      for (const [before, run] of changes) this.#onStatus(before, run)
    } catch (thrown) {
      // The next change asks again; the bar says when the door is gone.
      this.#unseen ||= unseen
      if (!isAbort(thrown)) this.#again.cancel()
    }
  }

  hear(batch: Batch): void {
    const known = this.live.some((run) => batch.metrics.has(run.id))
    this.#unseen ||= batch.reset || [...batch.runs].some((id) => !this.live.some((run) => run.id === id))
    if (batch.reset || batch.runs.size > 0 || known) this.#again.ask()
  }
}
