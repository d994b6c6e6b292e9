import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { RunDetail } from '../api/types'
import type { Batch } from '../live/batch'
import { Latest, Throttle } from './throttle'

/** The runs of a comparison, kept fresh while they are looked at. */
export class CompareView {
  runs = $state.raw<readonly RunDetail[]>([])
  /** Asked for, and not there any more. */
  missing = $state(0)
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()
  readonly #again = new Throttle(500, () => void this.#load())
  #ids: readonly string[] = []

  constructor(client: Client) {
    this.#client = client
  }

  /** Shows these runs; the first one is what the others are compared with. */
  show(ids: readonly string[]): void {
    if (ids.join() === this.#ids.join()) return
    this.#ids = ids
    void this.#load()
  }

  hear(batch: Batch): void {
    if (batch.reset || this.#ids.some((id) => batch.runs.has(id) || batch.metrics.has(id))) this.#again.ask()
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
  }

  async #load(): Promise<void> {
    const signal = this.#call.next()
    try {
      const found = await Promise.all(this.#ids.map((id) => this.#run(id, signal)))
      if (signal.aborted) return
      this.runs = found.filter((run) => run !== undefined)
      this.missing = found.length - this.runs.length
      this.problem = undefined
      this.loaded = true
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  async #run(id: string, signal: AbortSignal): Promise<RunDetail | undefined> {
    try {
      return await this.#client.run(id, signal)
    } catch (thrown) {
      if (!isAbort(thrown) && asVarveError(thrown).notFound) return undefined
      throw thrown
    }
  }
}
