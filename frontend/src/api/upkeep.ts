import type * as t from './types'

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** What looks after the data that is kept. */
export class Upkeep {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Reads the versions of a data set, or of all, and compares them with what was laid down. */
  verify(dataset?: string, version?: string): Promise<t.Job> {
    return this.#post('/datasets/verify', dataset === undefined ? {} : { versions: [{ dataset, ...(version !== undefined && { version }) }] })
  }

  /** Deletes content that nothing names and that was not written to for so many seconds. */
  clean(grace: number): Promise<t.Job> {
    return this.#post('/datasets/clean', { grace })
  }

  /** Removes a version of a data set, or without one the data set; or brings it back. */
  remove(dataset: string, version: string | undefined, undo: boolean): Promise<t.DataRemoved> {
    return this.#post(`/datasets/${dataset}/remove`, { ...(version !== undefined && { version }), ...(undo && { undo }) })
  }

  /** The data sets that were removed. */
  async removed(signal?: AbortSignal): Promise<readonly t.Dataset[]> {
    const answer = await this.#ask('/datasets?removed=true', signal === undefined ? {} : { signal })
    return ((await answer.json()) as { datasets: t.Dataset[] }).datasets
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    const answer = await this.#ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    return (await answer.json()) as T
  }
}
