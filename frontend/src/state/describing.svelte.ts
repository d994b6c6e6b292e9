import type { Client } from '../api/client'
import type { VersionOf } from '../api/descriptions'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Described, Description, DescriptionChoices, FieldProblem } from '../api/types'
import { blank, descriptionOf, draftOf, isBlank, sameDraft, tidy, type Draft, type RowsOf } from './description'
import { Latest } from './throttle'

/** The form that describes a version of data. What was begun stays while another version is looked at. */
export class Describing {
  described = $state.raw<Described | undefined>(undefined)
  choices = $state.raw<DescriptionChoices | undefined>(undefined)
  draft = $state<Draft>(draftOf({}))
  problems = $state.raw<readonly FieldProblem[]>([])
  problem = $state.raw<VarveError | undefined>(undefined)
  saving = $state(false)

  readonly #client: Client
  readonly #call = new Latest()
  readonly #checks = new Latest()
  /** What was begun and not saved, by the version. */
  readonly #begun: Record<string, Draft> = {}
  #of: VersionOf = { dataset: '', version: '' }

  constructor(client: Client) {
    this.#client = client
  }

  /** Something was written that is not saved. */
  get changed(): boolean {
    return this.described !== undefined && !sameDraft(this.draft, draftOf(this.described))
  }

  async show(of: VersionOf): Promise<void> {
    this.#keep()
    if (of.version !== this.#of.version) {
      this.described = undefined
      this.problems = []
    }
    this.#of = of
    try {
      this.choices ??= await this.#client.descriptions.choices()
      const described = await this.#client.descriptions.one(of, this.#call.next())
      this.described = described
      this.draft = this.#begun[of.version] ?? draftOf(described)
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  #keep(): void {
    const { version } = this.#of
    if (this.changed) this.#begun[version] = $state.snapshot(this.draft)
    else Reflect.deleteProperty(this.#begun, version)
  }

  add(rows: RowsOf): void {
    if (rows === 'creators') this.draft.creators.push(blank.creators())
    else if (rows === 'funding') this.draft.funding.push(blank.funding())
    else this.draft.related.push(blank.related())
  }

  remove(rows: RowsOf, at: number): void {
    this.draft[rows].splice(at, 1)
    if (this.draft[rows].length === 0) this.add(rows)
    void this.check()
  }

  discard(): void {
    if (this.described !== undefined) this.draft = draftOf(this.described)
    this.problems = []
  }

  /** Finds out what is wrong, when a field was left. */
  async check(): Promise<void> {
    if (isBlank(this.draft)) {
      this.problems = []
      return
    }
    try {
      this.problems = await this.#client.descriptions.check(descriptionOf(this.draft), this.#checks.next())
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  /** Saves it; what takes that back is the answer, undefined if it was not saved. An empty form takes the description away. */
  async save(): Promise<(() => Promise<void>) | undefined> {
    if (this.saving) return undefined
    this.saving = true
    const of = this.#of
    try {
      this.draft = tidy(this.draft) // rows have the numbers then that problems name
      await this.check()
      if (this.problems.length > 0) return undefined
      const before = isBlank(this.draft) ? await this.#client.descriptions.clear(of) : await this.#client.descriptions.set(of, descriptionOf(this.draft))
      Reflect.deleteProperty(this.#begun, of.version)
      await this.#again(of)
      return () => this.#restore(of, before)
    } catch (thrown) {
      this.problem = asVarveError(thrown)
      return undefined
    } finally {
      this.saving = false
    }
  }

  async #restore(of: VersionOf, before: Description | undefined): Promise<void> {
    if (before === undefined) await this.#client.descriptions.clear(of)
    else await this.#client.descriptions.set(of, before)
    if (of.version === this.#of.version) await this.#again(of)
  }

  /** Reads again what was just written. */
  async #again(of: VersionOf): Promise<void> {
    const described = await this.#client.descriptions.one(of, this.#call.next())
    this.described = described
    this.draft = draftOf(described)
    this.problem = undefined
  }

  close(): void {
    this.#call.cancel()
    this.#checks.cancel()
  }
}
