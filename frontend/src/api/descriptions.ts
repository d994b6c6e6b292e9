import type { Ask } from './transfers'
import type * as t from './types'

/** A version of a data set, by its ids. */
export interface VersionOf {
  dataset: string
  version: string
}

/** What data is, in the words that repositories ask for, and packages with that. */
export class Descriptions {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** The description that holds for a version. */
  one(of: VersionOf, signal?: AbortSignal): Promise<t.Described> {
    return this.#json(at(of, 'description'), signal === undefined ? {} : { signal })
  }

  /** Describes a version; the answer is what its own description was before. */
  async set(of: VersionOf, to: t.Description): Promise<t.Description | undefined> {
    const { before } = await this.#json<{ before?: t.Description }>(at(of, 'description'), body('PUT', to))
    return before
  }

  /** Takes its own description away. */
  async clear(of: VersionOf): Promise<t.Description | undefined> {
    const { before } = await this.#json<{ before?: t.Description }>(at(of, 'description'), body('DELETE'))
    return before
  }

  /** All that is wrong with a description. */
  async check(what: t.Description, signal?: AbortSignal): Promise<t.FieldProblem[]> {
    const { problems } = await this.#json<{ problems: t.FieldProblem[] }>('/descriptions/check', { ...body('POST', what), ...(signal && { signal }) })
    return problems
  }

  choices(): Promise<t.DescriptionChoices> {
    return this.#json('/descriptions/choices', {})
  }

  /** Begins to write a version as a package for a repository. */
  export(of: VersionOf, want: t.Deposit): Promise<t.Job> {
    return this.#json(at(of, 'export'), body('POST', want))
  }

  async #json<T>(path: string, init: RequestInit): Promise<T> {
    return (await (await this.#ask(path, init)).json()) as T
  }
}

function at({ dataset, version }: VersionOf, what: string): string {
  return `/datasets/${encodeURIComponent(dataset)}/versions/${encodeURIComponent(version)}/${what}`
}

// The window takes what has no type for a foreign page's.
function body(method: string, what?: unknown): RequestInit {
  return { method, headers: { 'Content-Type': 'application/json' }, ...(what !== undefined && { body: JSON.stringify(what) }) }
}
