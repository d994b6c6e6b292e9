import { isAbort } from '../api/errors'
import type { Native } from '../api/native'

/** The window asks, once, before it closes while runs go on. */
export class Closing {
  /** So many runs go on; 0 while nobody is asked. */
  runs = $state(0)
  /** Whether a person is asked the next time; undefined where there is no window. */
  ask = $state<boolean | undefined>(undefined)

  readonly #native: Native | undefined
  readonly #complain: (thrown: unknown) => void

  constructor(native: Native | undefined, complain: (thrown: unknown) => void) {
    this.#native = native
    this.#complain = complain
  }

  async load(): Promise<void> {
    try {
      this.ask = await this.#native?.asksToClose()
    } catch {
      this.ask = undefined
    }
  }

  async setAsk(ask: boolean): Promise<void> {
    try {
      await this.#native?.setAsksToClose(ask)
      this.ask = ask
    } catch (thrown) {
      this.#complain(thrown)
    }
  }

  /** The window is to close. */
  begin(runs: number): void {
    this.runs = runs
    this.#say({ shown: true })
  }

  /** Whoever says once that the window may close is not asked again. */
  answer(close: boolean): void {
    this.runs = 0
    if (close) this.ask = false
    this.#say({ close, ask: !close })
  }

  #say(answer: { shown?: boolean; close?: boolean; ask?: boolean }): void {
    this.#native?.answerClosing(answer).catch((thrown: unknown) => {
      if (!isAbort(thrown)) this.#complain(thrown)
    })
  }
}
