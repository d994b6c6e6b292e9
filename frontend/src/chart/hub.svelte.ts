import { plainLook, type Look } from './look'

/** What the charts of one page share: how they are looked at, and the cursor. */
export class ChartHub {
  look = $state.raw<Look>(plainLook)
  /** The place on the x axis under the pointer, and the chart that it is over. */
  cursor = $state.raw<{ x: number; over: object } | undefined>()

  /** All of the x axis, as it was before it was zoomed. */
  range: readonly [number, number] | undefined

  readonly #keep: (look: Look) => void

  /** Calls keep with each look that is worth remembering. */
  constructor(keep: (look: Look) => void = () => undefined) {
    this.#keep = keep
  }

  /** Looks at the charts another way; passing changes, as while a slider moves, are not kept. */
  set(change: Partial<Look>, passing = false): void {
    this.look = { ...this.look, ...change }
    if (!passing) this.#keep(this.look)
  }
}
