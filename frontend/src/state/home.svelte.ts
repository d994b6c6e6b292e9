import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { DayRuns, Ended, RunRow } from '../api/types'
import { dayStarts, longest } from './happened'
import { Latest, Throttle } from './throttle'

/** Lines of what happened; more is in the tables. */
const lines = 60
/** Failures that are worth a look, and for how long. */
const most = 4
const lately = 7 * 24 * 3600 * 1000

/** What Home tells: runs that ended, and those that ended badly. */
export class HomeState {
  ended = $state.raw<readonly Ended[]>([])
  /** All that ended in the last weeks, counted by days. */
  days = $state.raw<readonly DayRuns[]>([])
  /** Failed and lost runs of the last week, newest first. */
  bad = $state.raw<readonly RunRow[]>([])
  /** Those of the last week beyond the shown ones. */
  badMore = $state(0)
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()
  readonly #again = new Throttle(2000, () => this.load())

  constructor(client: Client) {
    this.#client = client
  }

  async load(): Promise<void> {
    try {
      const signal = this.#call.next()
      // Of a lost run nobody knows when it ended: it counts from its start.
      const failed = `attributes.status = 'FAILED' AND attributes.start_time > ${Date.now() - lately}`
      const [home, bad] = await Promise.all([
        this.#client.home(dayStarts(Date.now(), longest), lines, signal),
        this.#client.runs({ experiments: [], filter: failed, order: ['attributes.start_time DESC'], limit: most }, signal),
      ])
      this.ended = home.ended
      this.days = home.days
      this.bad = bad.runs
      this.badMore = bad.total - bad.runs.length
      this.loaded = true
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  /** Something began or ended. */
  refresh(): void {
    this.#again.ask()
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
  }
}
