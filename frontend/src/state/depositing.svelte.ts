import type { Client } from '../api/client'
import { asVarveError, type VarveError } from '../api/errors'
import type { Dataset, DataVersion, Deposit, Described, DescriptionChoices, Job } from '../api/types'

export type DepositForm = Deposit['as']

/** The sheet that writes a version as a package for a repository. */
export class Depositing {
  form = $state<DepositForm>('ro-crate')
  zip = $state(true)
  folder = $state('')
  /** Of the package in the folder; undefined: what is proposed. */
  named = $state<string | undefined>(undefined)
  /** The person has seen that something is there. */
  over = $state(false)
  starting = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)
  described = $state.raw<Described | undefined>(undefined)
  choices = $state.raw<DescriptionChoices | undefined>(undefined)

  readonly #client: Client
  readonly #set: Dataset
  readonly #version: DataVersion

  constructor(client: Client, set: Dataset, version: DataVersion) {
    this.#client = client
    this.#set = set
    this.#version = version
  }

  async load(): Promise<void> {
    try {
      const of = { dataset: this.#set.id, version: this.#version.id }
      ;[this.choices, this.described] = await Promise.all([this.#client.descriptions.choices(), this.#client.descriptions.one(of)])
    } catch (thrown) {
      this.problem = asVarveError(thrown)
    }
  }

  /** What the package is called. */
  get name(): string {
    return this.named ?? `${this.#set.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}-${String(this.#version.number)}-${this.form}${this.zip ? '.zip' : ''}`
  }

  /** Fields of the description that the form needs and that are empty. */
  get lacks(): readonly string[] {
    const needs = this.choices?.forms.find((f) => f.name === this.form)?.needs ?? []
    return needs.filter((field) => this.described?.lacks.includes(field) === true)
  }

  /** Whether what is wrong is that something is there. */
  get taken(): boolean {
    return this.problem?.code === 'already exists' && this.problem.field === 'dest'
  }

  /** Something else is meant. */
  forget(): void {
    this.problem = undefined
    this.over = false
  }

  /** Begins; undefined when it was refused. */
  async start(): Promise<Job | undefined> {
    this.starting = true
    try {
      const dest = `${this.folder.trim().replace(/[/\\]+$/, '')}/${this.name.trim()}`
      return await this.#client.descriptions.export({ dataset: this.#set.id, version: this.#version.id }, { as: this.form, dest, zip: this.zip, over: this.over })
    } catch (thrown) {
      this.problem = asVarveError(thrown)
      return undefined
    } finally {
      this.starting = false
    }
  }
}
