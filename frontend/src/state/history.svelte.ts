import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Edit } from '../api/types'
import type { Batch } from '../live/batch'
import { Latest, Throttle } from './throttle'

/** How the changes of a thing are read and taken back. */
interface Source {
  edits: (signal: AbortSignal) => Promise<readonly Edit[]>
  /** Answers the id of the change that it made, if any was to be made. */
  revert: (edit: string) => Promise<string | undefined>
  /** Whether there may be news in what was heard. */
  concerns: (batch: Batch) => boolean
}

/** What people changed about a thing, kept fresh while it is shown. */
export class History {
  edits = $state.raw<readonly Edit[]>([])
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #source: Source
  readonly #call = new Latest()
  readonly #again = new Throttle(250, () => this.load())

  constructor(source: Source) {
    this.#source = source
  }

  async load(): Promise<void> {
    try {
      this.edits = await this.#source.edits(this.#call.next())
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  hear(batch: Batch): void {
    if (batch.reset || this.#source.concerns(batch)) this.#again.ask()
  }

  /** Takes a change back, which is a change, too; answers its id, so that it can be taken back in turn. */
  async revert(edit: string): Promise<string | undefined> {
    const made = await this.#source.revert(edit)
    await this.load()
    return made
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
  }
}

/** The changes of a run. */
export function runHistory(client: Client, run: string): History {
  return new History({
    edits: (signal) => client.edits(run, signal),
    revert: (edit) => client.revert(run, edit),
    concerns: (batch) => batch.runs.has(run),
  })
}

/** The changes of an experiment. */
export function experimentHistory(client: Client, experiment: string): History {
  return new History({
    edits: (signal) => client.experimentEdits(experiment, signal),
    revert: (edit) => client.revertExperiment(experiment, edit),
    concerns: (batch) => batch.experiments,
  })
}
