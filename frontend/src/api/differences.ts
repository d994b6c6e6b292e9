import type { DataChanges, DataLines, DataValues } from './types'

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** How versions of a data set differ. */
export class Differences {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** From one version to another; limit bounds what is listed, 0 only counts. */
  changes(dataset: string, from: string, to: string, limit: number, signal?: AbortSignal): Promise<DataChanges> {
    return this.#get(`${at(dataset, to)}?${new URLSearchParams({ from, limit: String(limit) }).toString()}`, signal)
  }

  /** The lines of a text file that has changed. */
  lines(dataset: string, from: string, to: string, path: string, signal?: AbortSignal): Promise<DataLines> {
    return this.#get(`${at(dataset, to)}/lines?${new URLSearchParams({ from, path }).toString()}`, signal)
  }

  /** What differs in the tables or arrays of a file; rows are matched by the column key, or by all of their values. */
  values(dataset: string, from: string, to: string, path: string, by: { key: string; whole: boolean }, signal?: AbortSignal): Promise<DataValues> {
    return this.#get(`${at(dataset, to)}/values?${new URLSearchParams({ from, path, key: by.key, whole: String(by.whole) })}`, signal)
  }

  async #get<T>(path: string, signal: AbortSignal | undefined): Promise<T> {
    const answer = await this.#ask(path, signal === undefined ? {} : { signal })
    return (await answer.json()) as T
  }
}

function at(dataset: string, version: string): string {
  return `/datasets/${encodeURIComponent(dataset)}/versions/${encodeURIComponent(version)}/changes`
}
