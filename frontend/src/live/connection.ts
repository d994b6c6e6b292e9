import type { Change } from '../api/types'
import { merge, type Batch } from './batch'
import type { Clock } from './clock'
import { order } from './parse'
import type { Transport } from './transport'

/**
 * open: changes arrive. trying: just broken, or just begun; nothing to worry
 * about yet. lost: nobody answers; the next try is at a known time.
 */
export type State = 'open' | 'trying' | 'lost'

/** What a connection tells. */
export interface Listener {
  state(state: State, retryAt: number | undefined): void
  batch(batch: Batch): void
}

interface Options {
  /** Preferred, and the way out where a web view holds streams back. */
  transports: { stream: Transport; poll: Transport }
  clock: Clock
  listener: Listener
}

/** Least time between two batches: four updates a second are enough for eyes. */
const pace = 250
/** The door greets at once; a stream that stays silent this long is held back. */
const patience = 5000
const delays = [250, 1000, 2000, 4000, 8000, 15000]

/**
 * Keeps one ear on the door: resumes after the last message that it heard,
 * notices gaps, tries again with growing delays, unites messages into batches.
 */
export class Connection {
  readonly #options: Options
  #last = 0
  #reset = false
  #pending: Change[] = []
  #failures = 0
  #streamWorked = false
  #polling = false
  #close: (() => void) | undefined
  #cancelRetry: (() => void) | undefined
  #cancelFlush: (() => void) | undefined
  #cancelPatience: (() => void) | undefined
  #flushed = -Infinity

  constructor(options: Options) {
    this.#options = options
  }

  /** Begins to listen to what happened after since. */
  start(since: number): void {
    this.#last = since
    this.#connect()
  }

  /** Stops listening; what was heard is kept, resume goes on from there. */
  pause(): void {
    this.#hangUp()
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
  }

  /** Listens again, at once. */
  resume(): void {
    if (this.#close !== undefined) return
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
    this.#connect()
  }

  #connect(): void {
    const { transports, clock } = this.#options
    const way = this.#polling ? transports.poll : transports.stream
    let over = false
    const close = way(this.#last, {
      opened: () => {
        if (over) return
        if (!this.#polling) this.#streamWorked = true
        this.#failures = 0
        this.#options.listener.state('open', undefined)
      },
      change: (change) => {
        if (over) return
        this.#cancelPatience?.()
        this.#hear(change)
      },
      failed: () => {
        if (over) return
        this.#hangUp()
        this.#retry()
      },
    })
    this.#close = () => {
      over = true
      close()
    }
    if (!this.#polling) {
      this.#cancelPatience = clock.after(patience, () => {
        this.#hangUp()
        this.#polling = true
        this.#connect()
      })
    }
  }

  #hangUp(): void {
    this.#cancelPatience?.()
    this.#cancelPatience = undefined
    this.#close?.()
    this.#close = undefined
  }

  #retry(): void {
    // A web view that refuses streams altogether still answers questions.
    if (!this.#streamWorked) this.#polling = !this.#polling
    const delay = delays[Math.min(this.#failures, delays.length - 1)] ?? 0
    this.#failures++
    const { clock, listener } = this.#options
    if (this.#failures === 1) listener.state('trying', undefined)
    else listener.state('lost', clock.now() + delay)
    this.#cancelRetry = clock.after(delay, () => {
      this.#cancelRetry = undefined
      this.#connect()
    })
  }

  #hear(change: Change): void {
    const how = order(this.#last, change)
    if (how === 'old') return
    if (how === 'gap') this.#reset = true
    this.#last = change.seq
    this.#pending.push(change)
    if (this.#cancelFlush !== undefined) return
    const { clock } = this.#options
    const due = this.#flushed + pace - clock.now()
    if (due <= 0) this.#flush()
    else this.#cancelFlush = clock.after(due, () => this.#flush())
  }

  #flush(): void {
    const { clock, listener } = this.#options
    const batch = merge(this.#pending, this.#reset)
    this.#pending = []
    this.#reset = false
    this.#cancelFlush = undefined
    this.#flushed = clock.now()
    listener.batch(batch)
  }
}
