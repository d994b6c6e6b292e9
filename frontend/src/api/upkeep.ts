import type * as t from './types'

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** What looks after the data that is kept. */
export class Upkeep {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Reads the versions of a data set, or of all, and compares them with what was laid down. */
  verify(dataset?: string): Promise<t.Job> {
    return this.#post('/datasets/verify', dataset === undefined ? {} : { versions: [{ dataset }] })
  }

  /** Deletes content that nothing names and that was not written to for so many seconds. */
  clean(grace: number): Promise<t.Job> {
    return this.#post('/datasets/clean', { grace })
  }

  async #post(path: string, body: unknown): Promise<t.Job> {
    const answer = await this.#ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    return (await answer.json()) as t.Job
  }
}
