import type { Client } from '../api/client'
import { isAbort } from '../api/errors'
import type { Suggestion } from '../api/types'
import { Latest } from './throttle'

/** How long somebody has to pause before it is asked. */
const pause = 80

/** What can stand where somebody writes a filter. */
export class Completion {
  offers = $state.raw<readonly Suggestion[]>([])
  /** The offer that the keys have moved to; −1 until they have. */
  chosen = $state(-1)

  readonly #client: Client
  readonly #call = new Latest()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: Client) {
    this.#client = client
  }

  get open(): boolean {
    return this.offers.length > 0
  }

  /** Asks what can stand at a place, counted in characters; only the last question is answered. */
  ask(filter: string, cursor: number, experiments: readonly string[]): void {
    clearTimeout(this.#timer)
    const signal = this.#call.next()
    this.#timer = setTimeout(() => void this.#ask(filter, cursor, experiments, signal), pause)
  }

  /** Moves the choice, around the ends. */
  move(by: number): void {
    const n = this.offers.length
    if (n === 0) return
    this.chosen = this.chosen < 0 ? (by > 0 ? 0 : n - 1) : (this.chosen + by + n) % n
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#call.cancel()
    this.offers = []
    this.chosen = -1
  }

  async #ask(filter: string, cursor: number, experiments: readonly string[], signal: AbortSignal): Promise<void> {
    let offers: Suggestion[] = []
    try {
      offers = await this.#client.suggest(filter, cursor, [...experiments], signal)
    } catch (thrown) {
      if (isAbort(thrown)) return
      // It is a help only: without it the field is a plain one.
    }
    if (signal.aborted) return
    const letters = Array.from(filter)
    // What stands there already is no offer.
    this.offers = offers.filter((s) => s.insert !== letters.slice(s.from, s.to).join(''))
    this.chosen = -1
  }
}
