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
  /** retryAt is when the next try is due; heardAt, when the other side gave its last sign of life. */
  state(state: State, retryAt: number | undefined, heardAt: number | undefined): void
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
/** The door greets at once; a stream that stays silent this long is held back, or the owner hangs. */
const patience = 5000
/** The door gives a sign of life every three seconds; after this much silence it hangs. */
const silence = 7000
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
  /** When anything was heard last. */
  #heardAt: number | undefined
  #streamWorked = false
  /** A stream has brought messages: where it brings none, it is not held back. */
  #streamSpoke = false
  #polling = false
  #close: (() => void) | undefined
  #cancelRetry: (() => void) | undefined
  #cancelFlush: (() => void) | undefined
  #cancelWatch: (() => void) | undefined
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
        // What was asked for while nobody answered has failed: it is read again.
        this.#reset ||= this.#failures > 0
        this.#failures = 0
        this.#options.listener.state('open', undefined, this.#heardAt)
      },
      change: (change) => {
        if (over) return
        if (!this.#polling) this.#streamSpoke = true
        this.#heardAt = clock.now()
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
    this.#watch(clock.now())
  }

  /** Gives a connection up that began at a time and stays silent. */
  #watch(began: number): void {
    const { clock } = this.#options
    const heard = this.#heardAt ?? -Infinity
    const until = heard >= began ? heard + silence : began + patience
    if (clock.now() < until) {
      // One timer for many messages: it looks again when it would have been time.
      this.#cancelWatch = clock.after(until - clock.now(), () => this.#watch(began))
      return
    }
    this.#hangUp()
    if (this.#polling || this.#streamSpoke) {
      this.#retry()
      return
    }
    this.#polling = true
    this.#connect()
  }

  #hangUp(): void {
    this.#cancelWatch?.()
    this.#cancelWatch = undefined
    this.#close?.()
    this.#close = undefined
  }

  #retry(): void {
    // A web view that refuses streams altogether still answers questions.
    if (!this.#streamWorked) this.#polling = !this.#polling
    const delay = delays[Math.min(this.#failures, delays.length - 1)] ?? 0
    this.#failures++
    const { clock, listener } = this.#options
    if (this.#failures === 1) listener.state('trying', undefined, this.#heardAt)
    else listener.state('lost', clock.now() + delay, this.#heardAt)
    this.#cancelRetry = clock.after(delay, () => {
      this.#cancelRetry = undefined
      this.#connect()
    })
  }

  #hear(change: Change): void {
    const how = order(this.#last, change)
    if (how === 'old' && !this.#reset) return
    if (how === 'gap') this.#reset = true
    if (how !== 'old') {
      this.#last = change.seq
      this.#pending.push(change)
    }
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
