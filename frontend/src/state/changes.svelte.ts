import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { DataChanges, Dataset } from '../api/types'
import { Latest } from './throttle'

/** Changes that a page lists; it says how many there are more. */
const listed = 1000

/** Versions whose changes are summed up in the time line, from the newest on. */
const summed = 40

/** What differs between two versions. Versions never change, so neither does this. */
export class VersionChanges {
  found = $state.raw<DataChanges | undefined>(undefined)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()

  constructor(client: Client) {
    this.#client = client
  }

  async show(dataset: string, from: string, to: string): Promise<void> {
    try {
      this.found = await this.#client.differences.changes(dataset, from, to, listed, this.#call.next())
      this.problem = undefined
    } catch (thrown) {
      if (isAbort(thrown)) return
      this.found = undefined
      this.problem = asVarveError(thrown)
    }
  }

  close(): void {
    this.#call.cancel()
  }
}

/** How much each version changed, for a line in the time line. */
export class ChangeSums {
  /** By id of the version. */
  of = $state.raw<Readonly<Partial<Record<string, DataChanges>>>>({})

  readonly #client: Client
  readonly #call = new Latest()

  constructor(client: Client) {
    this.#client = client
  }

  /** One after the other: large versions take their time, and nobody waits for it. */
  async load(set: Dataset): Promise<void> {
    const signal = this.#call.next()
    const versions = set.versions.slice(0, summed + 1)
    for (const [i, version] of versions.entries()) {
      const before = versions[i + 1]
      if (before === undefined || this.of[version.id] !== undefined) continue
      try {
        const found = await this.#client.differences.changes(set.id, before.id, version.id, 0, signal)
        this.of = { ...this.of, [version.id]: found }
      } catch {
        // The line says less then; the page of the version tells why.
        if (signal.aborted) return
      }
    }
  }

  close(): void {
    this.#call.cancel()
  }
}
