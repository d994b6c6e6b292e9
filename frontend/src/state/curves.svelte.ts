import type { Points } from '../api/binary'
import type { Client } from '../api/client'
import { asVarveError, isAbort } from '../api/errors'
import type { RunRow } from '../api/types'
import { tellingMetric } from './happened'
import { Latest } from './throttle'

/** Points of a curve that is as wide as a word. */
const points = 64

/** The little curves beside live runs: the metric that says most, so far. */
export class Curves {
  /** By run id. */
  all = $state.raw<Readonly<Partial<Record<string, Points>>>>({})

  readonly #client: Client
  readonly #call = new Latest()

  constructor(client: Client) {
    this.#client = client
  }

  /** Reads those of these runs anew. */
  async read(runs: readonly RunRow[]): Promise<void> {
    const signal = this.#call.next()
    const read = runs.map(async (run): Promise<[string, Points] | undefined> => {
      const key = tellingMetric(run.metrics)
      if (key === undefined) return undefined
      try {
        return [run.id, await this.#client.series(run.id, key, 'step', points, signal)]
      } catch (thrown) {
        // A run without its curve is still told.
        if (isAbort(thrown) || asVarveError(thrown).unreachable) throw thrown
        return undefined
      }
    })
    try {
      this.all = Object.fromEntries((await Promise.all(read)).filter((curve) => curve !== undefined))
    } catch {
      // The next change asks again; the bar says when the door is gone.
    }
  }

  close(): void {
    this.#call.cancel()
  }
}
