import type * as t from './types'

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** Registered models and their versions. Models are named by their names. */
export class Models {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** By name. */
  async all(signal?: AbortSignal): Promise<t.RegisteredModel[]> {
    return (await this.#get<{ models: t.RegisteredModel[] }>('/models', signal)).models
  }

  one(name: string, limit: number, signal?: AbortSignal): Promise<t.RegisteredDetail> {
    return this.#get(`${at(name)}?limit=${limit}`, signal)
  }

  /** What happened to a model and its versions, the latest first. */
  async edits(name: string, signal?: AbortSignal): Promise<t.ModelEdit[]> {
    return (await this.#get<{ edits: t.ModelEdit[] }>(`${at(name)}/edits`, signal)).edits
  }

  /** Two versions side by side; the second one is measured by the first. */
  compare(name: string, a: number, b: number, signal?: AbortSignal): Promise<t.ModelComparison> {
    return this.#get(`${at(name)}/compare?a=${a}&b=${b}`, signal)
  }

  /** What a version's folder says; lines of code name the alias, if there is one. */
  files(name: string, version: number, alias: string, signal?: AbortSignal): Promise<t.ModelFiles> {
    return this.#get(`${at(name)}/versions/${version}/files${alias === '' ? '' : `?alias=${encodeURIComponent(alias)}`}`, signal)
  }

  /** What models:/NAME@ALIAS, models:/m-… or runs:/RUN/PATH leads to. */
  address(address: string, signal?: AbortSignal): Promise<t.AddressMeaning> {
    return this.#get(`/address?address=${encodeURIComponent(address)}`, signal)
  }

  /** The models of a run that can be registered. */
  async sources(run: string, signal?: AbortSignal): Promise<t.ModelSource[]> {
    return (await this.#get<{ sources: t.ModelSource[] }>(`/runs/${encodeURIComponent(run)}/models`, signal)).sources
  }

  /** Changes a model and a version at once; the answer takes it back. */
  async edit(name: string, edit: t.EditModel): Promise<t.ModelChange[]> {
    return (await this.#send<{ changes: t.ModelChange[] }>('POST', `${at(name)}/edit`, edit)).changes
  }

  /** Takes changes back; even says that what was changed again since then is meant, too. */
  async undo(changes: readonly t.ModelChange[], even = false): Promise<readonly t.ModelChange[]> {
    return (await this.#send<{ changes: t.ModelChange[] }>('POST', '/models/undo', { changes, even })).changes
  }

  register(ask: t.RegisterModel): Promise<t.Registered> {
    return this.#send('POST', '/models/register', ask)
  }

  async rename(name: string, to: string): Promise<void> {
    await this.#send('PUT', `${at(name)}/name`, { name: to })
  }

  async trash(name: string): Promise<void> {
    await this.#send('POST', `${at(name)}/trash`, undefined)
  }

  async trashVersion(name: string, version: number): Promise<void> {
    await this.#send('POST', `${at(name)}/versions/${version}/trash`, undefined)
  }

  async #get<T>(path: string, signal: AbortSignal | undefined): Promise<T> {
    return (await (await this.#ask(path, signal === undefined ? {} : { signal })).json()) as T
  }

  async #send<T>(method: string, path: string, body: unknown): Promise<T> {
    const init: RequestInit = { method, headers: { 'Content-Type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) }
    return (await (await this.#ask(path, init)).json()) as T
  }
}

function at(name: string): string {
  return `/models/${encodeURIComponent(name)}`
}
