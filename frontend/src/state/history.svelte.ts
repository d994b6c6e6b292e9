import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Edit } from '../api/types'
import type { Batch } from '../live/batch'
import { Latest, Throttle } from './throttle'

/** What people changed about a run, kept fresh while it is shown. */
export class RunHistory {
  edits = $state.raw<readonly Edit[]>([])
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #run: string
  readonly #call = new Latest()
  readonly #again = new Throttle(250, () => void this.load())

  constructor(client: Client, run: string) {
    this.#client = client
    this.#run = run
  }

  async load(): Promise<void> {
    try {
      this.edits = await this.#client.edits(this.#run, this.#call.next())
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  hear(batch: Batch): void {
    if (batch.reset || batch.runs.has(this.#run)) this.#again.ask()
  }

  /** Takes a change back, which is a change, too; answers its id, so that it can be taken back in turn. */
  async revert(edit: string): Promise<string | undefined> {
    const before = this.edits
    await this.#client.revert(this.#run, edit)
    await this.load()
    return this.edits.find((e) => !before.some((was) => was.id === e.id))?.id
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
  }
}
