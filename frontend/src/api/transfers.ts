import type { Job } from './types'

export type Ask = (path: string, init: RequestInit) => Promise<Response>

/** What comes in from other programs, or goes out to them: first what it would do, then that it does it. */
export class Transfers<Want> {
  readonly #ask: Ask
  readonly #at: string

  /** at is where they are asked for: /imports. */
  constructor(ask: Ask, at: string) {
    this.#ask = ask
    this.#at = at
  }

  /** Begins to find out what it would do; the result of the job is a plan, as JSON. */
  look(what: Want, signal?: AbortSignal): Promise<Job> {
    return this.post(this.#at + '/look', what, signal)
  }

  /** Begins to do it; the result of the job says, as JSON, what was done. */
  take(what: Want): Promise<Job> {
    return this.post(this.#at, what)
  }

  /** How far a job is. */
  async job(id: string, signal?: AbortSignal): Promise<Job> {
    const answer = await this.#ask(`/jobs/${id}`, signal === undefined ? {} : { signal })
    return (await answer.json()) as Job
  }

  protected async post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const init: RequestInit = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await this.#ask(path, signal === undefined ? init : { ...init, signal })
    return (await answer.json()) as T
  }
}
