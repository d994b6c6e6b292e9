import type { TableDoor } from '../api/tabledoor'
import { CurveStore } from './sparks'

/** Runs of one request. */
const batch = 200

/** The little curves in the cells of the table: asked for together, in the frame in which they are seen. */
export class Sparks {
  /** Rises when curves have come: who has read one reads it again. */
  #come = $state(0)
  readonly #door: TableDoor
  readonly #store = new CurveStore()
  #timer: ReturnType<typeof setTimeout> | undefined
  #asking = false

  constructor(door: TableDoor) {
    this.#door = door
  }

  /** The curve of a run, as pairs of step and value; undefined while it is not here, which asks for it. */
  get(run: string, metric: string): Float64Array | undefined {
    const known = this.#come >= 0 ? this.#store.get(run, metric) : undefined
    if (known === undefined || this.#store.stale(run, metric)) this.#want(run, metric)
    return known
  }

  /** These runs have new points. */
  changed(runs: Iterable<string>): void {
    if (this.#store.changed(runs)) this.#come++
  }

  #want(run: string, metric: string): void {
    this.#store.want(run, metric)
    this.#timer ??= setTimeout(() => void this.#ask(), 16)
  }

  async #ask(): Promise<void> {
    this.#timer = undefined
    if (this.#asking) return
    this.#asking = true
    try {
      for (let next = this.#store.next(batch); next !== undefined; next = this.#store.next(batch)) {
        const { metric, runs } = next
        this.#store.take(metric, runs, await this.#door.sparklines(runs, metric))
        this.#come++
      }
    } catch {
      // A table without curves is a table all the same; those that are seen next are asked for again.
    }
    this.#asking = false
  }
}
