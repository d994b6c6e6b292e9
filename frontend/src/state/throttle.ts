/**
 * Does something at most once in a while: at once when it was quiet, else when
 * the time is over. Many questions meanwhile are one. It is never begun while it
 * is still being done: where answers take longer than changes, each change would
 * give up the answer to the one before, and none would ever be taken.
 */
export class Throttle {
  readonly #every: number
  readonly #act: () => Promise<unknown>
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = -Infinity
  #busy = false
  /** Asked for while it was being done. */
  #again = false

  /** act tells by its promise when it is done, and does not fail. */
  constructor(every: number, act: () => Promise<unknown>) {
    this.#every = every
    this.#act = act
  }

  ask(): void {
    if (this.#timer !== undefined) return
    if (this.#busy) {
      this.#again = true
      return
    }
    const due = this.#last + this.#every - performance.now()
    if (due <= 0) void this.#now()
    else this.#timer = setTimeout(() => void this.#now(), due)
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#again = false
  }

  async #now(): Promise<void> {
    this.#timer = undefined
    this.#last = performance.now()
    this.#busy = true
    this.#again = false
    try {
      await this.#act()
    } finally {
      this.#rest()
    }
  }

  #rest(): void {
    this.#busy = false
    if (this.#again) this.ask()
  }
}

/**
 * The newest of several calls: an older answer never overwrites a newer one,
 * and nobody waits for an answer that nobody needs.
 */
export class Latest {
  #abort: AbortController | undefined

  /** Gives up the call before and begins another. */
  next(): AbortSignal {
    this.#abort?.abort()
    this.#abort = new AbortController()
    return this.#abort.signal
  }

  cancel(): void {
    this.#abort?.abort()
    this.#abort = undefined
  }
}

/**
 * Answers that may overtake each other: one that was asked for before the one
 * that is here is not taken. Each subject has its own turns.
 */
export class Turns {
  #asked = 0
  readonly #taken = new Map<string, number>()

  /** Asks; what it answers tells, once, whether the answer is to be taken. */
  next(subject = ''): () => boolean {
    const turn = ++this.#asked
    return () => {
      if (turn < (this.#taken.get(subject) ?? 0)) return false
      this.#taken.set(subject, turn)
      return true
    }
  }
}

/** Lets some time go by, in ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((over) => setTimeout(over, ms))
}
