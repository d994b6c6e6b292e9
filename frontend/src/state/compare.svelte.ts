import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Comparison } from '../api/types'
import type { Batch } from '../live/batch'
import { Latest, Throttle } from './throttle'

/** A comparison of runs, kept fresh while it is looked at. */
export class CompareView {
  comparison = $state.raw<Comparison | undefined>(undefined)
  /** Asked for, and not there any more. */
  missing = $state(0)
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()
  readonly #again = new Throttle(500, () => this.#load())
  #ids: readonly string[] = []
  #base = ''

  constructor(client: Client) {
    this.#client = client
  }

  /** Shows these runs; the baseline is what the others are compared with. */
  show(ids: readonly string[], base: string): void {
    if (this.loaded && ids.join() === this.#ids.join() && base === this.#base) return
    this.#ids = ids
    this.#base = base
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
      const there = await this.#compare(signal)
      if (signal.aborted) return
      this.comparison = there
      this.problem = undefined
      this.loaded = true
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  async #compare(signal: AbortSignal): Promise<Comparison | undefined> {
    try {
      const whole = this.#ids.length < 2 ? undefined : await this.#client.compare(this.#ids, this.#base, signal)
      if (whole !== undefined) {
        this.missing = 0
        return whole
      }
    } catch (thrown) {
      if (isAbort(thrown) || !asVarveError(thrown).notFound) throw thrown
    }
    // Some are not there any more, or were never: the others are compared.
    const found = await Promise.all(this.#ids.map((id) => this.#known(id, signal)))
    const there = this.#ids.filter((_, i) => found[i])
    this.missing = this.#ids.length - there.length
    return there.length < 2 ? undefined : await this.#client.compare(there, there.includes(this.#base) ? this.#base : '', signal)
  }

  async #known(id: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.run(id, signal)
      return true
    } catch (thrown) {
      if (!isAbort(thrown) && asVarveError(thrown).notFound) return false
      throw thrown
    }
  }
}
