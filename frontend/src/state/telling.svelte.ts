import type { TableDoor } from '../api/tabledoor'
import type { RunColumn } from '../api/tabletypes'
import { Latest } from './throttle'
import { candidates, mostTelling } from './telling'

/** Runs whose curves are looked at. */
const some = 6

/** Which metric of an experiment has a curve worth a column: found out once for each. */
export class Telling {
  /** The key of that metric; undefined while it is not known, or none has. */
  telling = $state<string | undefined>(undefined)
  readonly #door: TableDoor
  readonly #call = new Latest()
  #of = ''

  constructor(door: TableDoor) {
    this.#door = door
  }

  /** The first runs of these experiments are here, with these columns. */
  see(experiments: readonly string[], columns: readonly RunColumn[], runs: readonly string[]): void {
    const of = experiments.join()
    if (of === this.#of || runs.length === 0) return
    this.#of = of
    void this.#look(candidates(columns), runs.slice(0, some))
  }

  async #look(keys: readonly string[], runs: readonly string[]): Promise<void> {
    const signal = this.#call.next()
    try {
      const curves = await Promise.all(keys.map((key) => this.#door.sparklines(runs, key, signal)))
      this.telling = mostTelling(keys, curves)
    } catch {
      // The table does without.
    }
  }
}
