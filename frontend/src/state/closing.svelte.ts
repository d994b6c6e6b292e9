import { isAbort } from '../api/errors'
import type { ClosingQuestion, Native } from '../api/native'

/** The window asks, once, before it closes while runs go on. */
export class Closing {
  /** What a person is asked about; undefined while nobody is. */
  question = $state.raw<ClosingQuestion | undefined>(undefined)
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
  begin(question: ClosingQuestion): void {
    this.question = question
    this.#say({ shown: true })
  }

  /** Whoever says once that runs may go on is not asked again; that work may stop, is asked each time. */
  answer(close: boolean): void {
    const again = !close || (this.question?.stops.length ?? 0) > 0
    this.question = undefined
    if (!again) this.ask = false
    this.#say({ close, ask: again })
  }

  #say(answer: { shown?: boolean; close?: boolean; ask?: boolean }): void {
    this.#native?.answerClosing(answer).catch((thrown: unknown) => {
      if (!isAbort(thrown)) this.#complain(thrown)
    })
  }
}
