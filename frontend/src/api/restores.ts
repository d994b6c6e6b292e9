import { Transfers, type Ask } from './transfers'
import type { Job, Restoration } from './types'

/** A version of data, on its way into a folder: first what that would do, then that it does it. */
export class Restores extends Transfers<Restoration> {
  readonly #at: string

  constructor(ask: Ask, dataset: string, version: string) {
    const at = `/datasets/${encodeURIComponent(dataset)}/versions/${encodeURIComponent(version)}/restore`
    super(ask, at)
    this.#at = at
  }

  override look(what: Restoration, signal?: AbortSignal): Promise<Job> {
    return this.post(this.#at, { ...what, look: true }, signal)
  }
}
