import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Batch } from '../live/batch'
import { Latest, Throttle } from './throttle'

/** A list that is read as a whole, and again when somebody has seen it and it may have changed. */
export abstract class Listing<T> {
  all = $state.raw<readonly T[]>([])
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  protected readonly client: Client
  /** Somebody wants it; what changes before the first answer is here may not be in it. */
  #wanted = false
  readonly #call = new Latest()
  readonly #again = new Throttle(500, () => this.load())

  constructor(client: Client) {
    this.client = client
  }

  /** The list as the owner has it, in the order in which it is shown. */
  protected abstract read(signal: AbortSignal): Promise<readonly T[]>

  /** Whether something has changed that the list tells of. */
  protected abstract concerns(batch: Batch): boolean

  async load(): Promise<void> {
    this.#wanted = true
    try {
      this.all = await this.read(this.#call.next())
      this.loaded = true
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  hear(batch: Batch): void {
    if (this.#wanted && (batch.reset || this.concerns(batch))) this.#again.ask()
  }
}
