import type * as t from './types'

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** What other programs have recorded, and tables of results. */
export class Imports {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** Begins to find out what an import would do; the result of the job is an ImportPlan. */
  look(what: t.Import, signal?: AbortSignal): Promise<t.Job> {
    return this.#post('/imports/look', what, signal)
  }

  /** Begins an import; the result of the job is an ImportResult. */
  take(what: t.Import): Promise<t.Job> {
    return this.#post('/imports', what)
  }

  /** Puts what an import made into the trash. */
  undo(undo: string): Promise<t.UndoneImport> {
    return this.#post('/imports/undo', { undo })
  }

  /** How far a job is. */
  async job(id: string, signal?: AbortSignal): Promise<t.Job> {
    const answer = await this.#ask(`/jobs/${id}`, signal === undefined ? {} : { signal })
    return (await answer.json()) as t.Job
  }

  async #post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const init: RequestInit = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
    const answer = await this.#ask(path, signal === undefined ? init : { ...init, signal })
    return (await answer.json()) as T
  }
}
