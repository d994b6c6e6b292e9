/**
 * Does something at most once in a while: at once when it was quiet, else when
 * the time is over. Many questions meanwhile are one.
 */
export class Throttle {
  readonly #every: number
  readonly #act: () => void
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = -Infinity

  constructor(every: number, act: () => void) {
    this.#every = every
    this.#act = act
  }

  ask(): void {
    if (this.#timer !== undefined) return
    const due = this.#last + this.#every - Date.now()
    if (due <= 0) this.#now()
    else this.#timer = setTimeout(() => this.#now(), due)
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #now(): void {
    this.#timer = undefined
    this.#last = Date.now()
    this.#act()
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

/** Lets some time go by, in ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((over) => setTimeout(over, ms))
}
