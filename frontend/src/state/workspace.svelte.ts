import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Experiment, Workspace } from '../api/types'
import type { Batch } from '../live/batch'
import { experimentTree } from './tree'
import { Throttle, Turns } from './throttle'

/** How often CPU and memory are read again while somebody looks. */
const glance = 5000

/** The open workspace and its experiments. */
export class WorkspaceState {
  workspace = $state.raw<Workspace | undefined>(undefined)
  experiments = $state.raw<readonly Experiment[]>([])
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly tree = $derived(experimentTree(this.experiments))
  readonly #client: Client
  readonly #turns = new Turns()
  readonly #again = new Throttle(1000, () => this.load())

  constructor(client: Client) {
    this.#client = client
  }

  /** Reads both anew; answers whether the door answered. */
  async load(): Promise<boolean> {
    const newest = this.#turns.next()
    try {
      const [workspace, experiments] = await Promise.all([this.#client.workspace(), this.#client.experiments()])
      if (!newest()) return true
      this.workspace = workspace
      this.experiments = experiments
      this.problem = undefined
      return true
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
      return false
    }
  }

  /** The name of an experiment; its id while the name is unknown. */
  experimentName(id: string): string {
    return this.experiments.find((e) => e.id === id)?.name ?? id
  }

  hear(batch: Batch): void {
    if (batch.reset || batch.experiments || batch.runs.size > 0 || batch.datasets || batch.projects || batch.registry) this.#again.ask()
  }

  /** Keeps the glance at this computer fresh, until the answer is called. */
  watch(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden && this.problem === undefined) this.#again.ask()
    }, glance)
    return () => {
      clearInterval(timer)
      this.#again.cancel()
    }
  }
}
