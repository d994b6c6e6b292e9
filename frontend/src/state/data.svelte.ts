import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { DataFile, Dataset } from '../api/types'
import { compareNames } from '../format/words'
import type { Batch } from '../live/batch'
import { Listing } from './listing.svelte'
import { Latest } from './throttle'

/** The data sets of the workspace with their versions. */
export class DataSets extends Listing<Dataset> {
  protected override async read(signal: AbortSignal): Promise<readonly Dataset[]> {
    return [...(await this.client.datasets(signal))].sort((a, b) => compareNames(a.name, b.name))
  }

  protected override concerns(batch: Batch): boolean {
    return batch.datasets || batch.runs.size > 0
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
