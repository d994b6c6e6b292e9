import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { ModelEdit, ModelFiles, RegisteredDetail, RegisteredModel } from '../api/types'
import type { Batch } from '../live/batch'
import { History } from './history.svelte'
import { Listing } from './listing.svelte'
import { Latest, Throttle } from './throttle'

/** Versions that a page asks for at first. */
const some = 200
/** All that can be asked for. */
const all = 100_000

/** The registered models of the workspace. */
export class RegisteredModels extends Listing<RegisteredModel> {
  protected override read(signal: AbortSignal): Promise<readonly RegisteredModel[]> {
    return this.client.models.all(signal)
  }

  protected override concerns(batch: Batch): boolean {
    return batch.registry
  }

  find(name: string): RegisteredModel | undefined {
    return this.all.find((model) => model.name === name)
  }
}

/** One registered model, kept fresh while it is shown. */
export class ModelView {
  detail = $state.raw<RegisteredDetail | undefined>(undefined)
  problem = $state.raw<VarveError | undefined>(undefined)
  readonly history: History

  readonly #client: Client
  readonly #name: string
  readonly #call = new Latest()
  readonly #again = new Throttle(400, () => this.load())
  #edits: readonly ModelEdit[] = []
  #limit = some

  constructor(client: Client, name: string) {
    this.#client = client
    this.#name = name
    this.history = new History({
      edits: async (signal) => (this.#edits = await client.models.edits(name, signal)),
      revert: async (edit) => {
        const { model, versionId } = this.#edits.find((e) => e.id === edit) ?? {}
        const made = await client.models.undo([{ id: edit, ...(model !== undefined && { model }), ...(versionId !== undefined && { version: versionId }) }], true)
        return made[0]?.id
      },
      concerns: (batch) => batch.registry,
    })
  }

  async load(): Promise<void> {
    try {
      this.detail = await this.#client.models.one(this.#name, this.#limit, this.#call.next())
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  /** Reads all versions from now on. */
  whole(): void {
    this.#limit = all
    void this.load()
  }

  hear(batch: Batch): void {
    this.history.hear(batch)
    const runs = this.detail?.list.some((v) => v.run !== undefined && (batch.runs.has(v.run) || batch.metrics.has(v.run))) === true
    if (batch.reset || batch.registry || runs) this.#again.ask()
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
    this.history.close()
  }
}

/** What the folder of a version says. */
export class VersionFolder {
  files = $state.raw<ModelFiles | undefined>(undefined)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()

  constructor(client: Client) {
    this.#client = client
  }

  async show(name: string, version: number, alias: string): Promise<void> {
    try {
      this.files = await this.#client.models.files(name, version, alias, this.#call.next())
      this.problem = undefined
    } catch (thrown) {
      if (isAbort(thrown)) return
      this.files = undefined
      this.problem = asVarveError(thrown)
    }
  }

  close(): void {
    this.#call.cancel()
  }
}
