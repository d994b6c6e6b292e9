import type { TableDoor } from '../api/tabledoor'
import type { Question, RunColumn } from '../api/tabletypes'
import { isAbort } from '../api/errors'
import { unique } from './rows'
import { withColumns } from './spreads'
import { Latest } from './throttle'

/** How the values of columns are spread over all runs of a question: least, most, and how many lie where. */
export class Spreads {
  known = $state.raw<ReadonlyMap<string, RunColumn>>(withColumns(undefined, []))
  readonly #door: TableDoor
  readonly #call = new Latest()
  #of = ''
  #asking: readonly string[] = []

  constructor(door: TableDoor) {
    this.#door = door
  }

  /** These columns are seen, of the runs of this question; answers tells which reading of it is meant. */
  see(question: Question, names: readonly string[], answers: number): void {
    const of = `${question.experiments.join()} ${question.filter} ${answers}`
    const again = of !== this.#of
    const wanted = again ? names : names.filter((name) => !this.known.has(name) && !this.#asking.includes(name))
    if (wanted.length === 0) return
    this.#of = of
    void this.#ask({ ...question, order: [] }, wanted, again)
  }

  async #ask(question: Question, names: readonly string[], again: boolean): Promise<void> {
    const all = again ? names : unique([...this.#asking, ...names])
    this.#asking = all
    try {
      const { columns } = await this.#door.columns(question, all, this.#call.next())
      this.known = withColumns(again ? undefined : this.known, columns)
      this.#asking = []
    } catch (thrown) {
      // Without them the table has no histograms and no bars; the next question asks again.
      if (!isAbort(thrown)) this.#asking = []
    }
  }
}
