import type { Client } from '../api/client'
import { asVarveError, type VarveError } from '../api/errors'
import type { Axis, EntryPoint, Job, Project, Start } from '../api/types'
import type { Batch } from '../live/batch'
import { axesOf, mostRuns, runsOf } from './grid'
import { Listing } from './listing.svelte'
import { firstValue, problemOf } from './validate'

/** The projects that were opened lately. */
export class Projects extends Listing<Project> {
  protected override async read(signal: AbortSignal): Promise<readonly Project[]> {
    return [...(await this.client.projects(signal))].sort((a, b) => b.opened - a.opened)
  }

  protected override concerns(batch: Batch): boolean {
    return batch.projects
  }
}

/** A way to bring the environment about. */
export type Manager = '' | 'local' | 'uv' | 'venv'

/** The form of an entry point: values, what is wrong with them, and the start. */
export class StartForm {
  readonly path: string
  readonly entry: EntryPoint
  values = $state<Record<string, string>>({})
  experiment = $state('')
  name = $state('')
  manager = $state<Manager>('')
  /** What is wrong, by param. */
  wrong = $state<Record<string, string>>({})
  /** Why the start failed as a whole. */
  problem = $state.raw<VarveError | undefined>(undefined)
  starting = $state(false)

  readonly #client: Client

  constructor(client: Client, path: string, entry: EntryPoint, experiment: string) {
    this.#client = client
    this.path = path
    this.entry = entry
    this.experiment = experiment
    for (const param of entry.params) this.values[param.name] = firstValue(param)
  }

  /** The params with several values; none: it is one run. */
  get axes(): Axis[] {
    return axesOf(this.entry.params, this.values)
  }

  /** How many runs the values make. */
  get runs(): number {
    return runsOf(this.axes)
  }

  get tooMany(): boolean {
    return this.runs > mostRuns
  }

  /** Looks at one field again, once it was told to be wrong. */
  recheck(name: string): void {
    const param = this.entry.params.find((p) => p.name === name)
    const problem = param === undefined ? undefined : problemOf(param, this.values[name] ?? '')
    if (problem === undefined) this.wrong = without(this.wrong, name)
    else this.wrong = { ...this.wrong, [name]: problem }
  }

  /** The first field that is wrong, in the order of the form. */
  get firstWrong(): string | undefined {
    return this.entry.params.find((p) => this.wrong[p.name] !== undefined)?.name
  }

  /** Checks and starts; undefined when it was refused, and the form says why. */
  async start(): Promise<Job | undefined> {
    this.problem = undefined
    this.wrong = {}
    for (const param of this.entry.params) this.recheck(param.name)
    if (this.firstWrong !== undefined || this.tooMany || this.starting) return undefined
    this.starting = true
    try {
      const { axes } = this
      return await (axes.length === 0 ? this.#client.start(this.#asked(axes)) : this.#client.sweep(this.#asked(axes), axes))
    } catch (thrown) {
      this.refuse(asVarveError(thrown))
      return undefined
    } finally {
      this.starting = false
    }
  }

  /** Shows why a start was refused, at its field where there is one. */
  refuse(problem: VarveError): void {
    const field = problem.field?.replace(/^params\./, '')
    const known = this.entry.params.some((p) => p.name === field)
    if (field !== undefined && known) this.wrong = { ...this.wrong, [field]: sentence(problem) }
    else this.problem = problem
  }

  /** What is sent; the axes of a grid go beside it. */
  #asked(axes: readonly Axis[]): Start {
    return {
      path: this.path,
      entryPoint: this.entry.name,
      params: this.#given(axes),
      ...(this.experiment.trim() !== '' && { experiment: this.experiment.trim() }),
      ...(this.name.trim() !== '' && { name: this.name.trim() }),
      ...(this.manager !== '' && { manager: this.manager }),
    }
  }

  /** The params with one value: a field that was emptied falls back to the default. */
  #given(axes: readonly Axis[]): Record<string, string> {
    const given: Record<string, string> = {}
    for (const param of this.entry.params) {
      if (axes.some((axis) => axis.name === param.name)) continue
      const value = this.values[param.name] ?? ''
      if (value.trim() === '') continue
      given[param.name] = param.type === 'string' ? value : value.trim()
    }
    return given
  }
}

function sentence(problem: VarveError): string {
  return problem.hint === undefined || problem.hint === '' ? problem.message : `${problem.message} ${problem.hint}`
}

function without(all: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== name))
}
