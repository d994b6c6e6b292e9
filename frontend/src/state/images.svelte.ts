import type { WhichRuns } from '../api/charts'
import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { LoggedImage, LoggedImages } from '../api/plots'
import type { Batch } from '../live/batch'
import { idFilter } from './rows'
import { Latest, Throttle } from './throttle'

/** The images that runs logged, kept fresh while they are looked at. */
export class RunImages {
  keys = $state.raw<readonly LoggedImages[]>([])
  /** The runs side by side. */
  runs = $state.raw<readonly { id: string; name: string }[]>([])
  /** Runs that have no place. */
  more = $state(0)
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()
  readonly #again = new Throttle(1000, () => this.#load())
  #asked = ''
  #which: WhichRuns | undefined
  #most = 0

  constructor(client: Client) {
    this.#client = client
  }

  /** Shows the images of these runs, of so many of them at most. */
  async show(which: WhichRuns, most: number): Promise<void> {
    const asked = JSON.stringify(which)
    if (asked === this.#asked) return
    this.#asked = asked
    this.#which = which
    this.#most = most
    await this.#load()
  }

  hear(batch: Batch): void {
    if (batch.reset || this.runs.some((run) => batch.runs.has(run.id) || batch.metrics.has(run.id))) this.#again.ask()
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
  }

  async #load(): Promise<void> {
    const which = this.#which
    if (which === undefined) return
    const signal = this.#call.next()
    try {
      const filter = which.runs.length > 0 ? idFilter(which.runs) : which.filter
      const page = await this.#client.runs({ experiments: [...which.experiments], filter, order: [], limit: this.#most }, signal)
      this.keys = page.runs.length === 0 ? [] : await this.#client.plots.images(page.runs.map((run) => run.id), signal)
      this.runs = page.runs.map(({ id, name }) => ({ id, name }))
      this.more = page.total - page.runs.length
      this.problem = undefined
      this.loaded = true
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }
}

/** The image of a run at a step; before its first one, none; between two, the one before. */
export function imageAt(group: LoggedImages, run: string, step: number): LoggedImage | undefined {
  let found: LoggedImage | undefined
  for (const image of group.images) {
    if (image.run !== run || image.step > step) continue
    if (found === undefined || image.step >= found.step) found = image
  }
  return found
}
