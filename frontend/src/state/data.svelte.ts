import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { DataFile, Dataset } from '../api/types'
import { compareNames } from '../format/words'
import type { Batch } from '../live/batch'
import { Latest, Throttle } from './throttle'

/** The data sets of the workspace with their versions. */
export class DataSets {
  all = $state.raw<readonly Dataset[]>([])
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()
  readonly #again = new Throttle(500, () => void this.load())

  constructor(client: Client) {
    this.#client = client
  }

  async load(): Promise<void> {
    try {
      const sets = await this.#client.datasets(this.#call.next())
      this.all = [...sets].sort((a, b) => compareNames(a.name, b.name))
      this.loaded = true
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  /** Reads again what somebody has looked at before. */
  hear(batch: Batch): void {
    if (this.loaded && (batch.reset || batch.datasets || batch.runs.size > 0)) this.#again.ask()
  }

  find(id: string): Dataset | undefined {
    return this.all.find((d) => d.id === id)
  }
}

/** The files of a folder of a version. Versions never change, so neither do these. */
export class VersionFiles {
  files = $state.raw<readonly DataFile[] | undefined>(undefined)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()

  constructor(client: Client) {
    this.#client = client
  }

  async show(dataset: string, version: string, path: string): Promise<void> {
    try {
      const files = await this.#client.files(dataset, version, path, this.#call.next())
      this.files = [...files].sort((a, b) => Number(b.folder) - Number(a.folder) || compareNames(a.path, b.path))
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  close(): void {
    this.#call.cancel()
  }
}
