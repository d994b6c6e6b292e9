import type * as t from './types'

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** What lies in the trash, and how it is deleted for good. */
export class Bin {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** The latest first. */
  async things(signal?: AbortSignal): Promise<t.Trashed[]> {
    const answer = await this.#ask('/trash', signal === undefined ? {} : { signal })
    return ((await answer.json()) as { things: t.Trashed[] }).things
  }

  /** Takes registered models, or versions of them, out of the trash. */
  async restore(what: t.Untrash): Promise<void> {
    await this.#ask('/trash/restore', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) })
  }

  /** What a purge would delete, and about how many bytes that frees. */
  preview(what: t.Purge, signal?: AbortSignal): Promise<t.PurgePreview> {
    return this.#post('/trash/preview', what, signal)
  }

  purge(what: t.Purge): Promise<t.Job> {
    return this.#post('/trash/purge', what)
  }

  async #post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const init: RequestInit = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await this.#ask(path, signal === undefined ? init : { ...init, signal })
    return (await answer.json()) as T
  }
}
