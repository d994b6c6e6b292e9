import type { Batch } from './batch'
import type { Clock } from './clock'
import { Connection, type State } from './connection'
import type { Transport } from './transport'

/** The one live stream of this window, for everything that shows something. */
export class Stream {
  state = $state<State>('trying')
  /** When the next try is due, while lost. */
  retryAt = $state<number | undefined>(undefined)
  /** When somebody answered last, while nobody does. */
  lostSince = $state<number | undefined>(undefined)

  readonly #connection: Connection
  readonly #hearers: ((batch: Batch) => void)[] = []

  constructor(transports: { stream: Transport; poll: Transport }, clock: Clock) {
    this.#connection = new Connection({
      transports,
      clock,
      listener: {
        state: (state, retryAt, heardAt) => {
          this.lostSince = state === 'open' ? undefined : (heardAt ?? this.lostSince ?? clock.now())
          this.state = state
          this.retryAt = retryAt
        },
        batch: (batch) => {
          for (const hear of [...this.#hearers]) hear(batch)
        },
      },
    })
  }

  /** Calls back with every batch, at most four times a second. */
  hear(call: (batch: Batch) => void): () => void {
    this.#hearers.push(call)
    return () => {
      const at = this.#hearers.indexOf(call)
      if (at >= 0) this.#hearers.splice(at, 1)
    }
  }

  start(since: number): void {
    this.#connection.start(since)
  }

  /** Tries at once instead of at retryAt. */
  tryNow(): void {
    this.#connection.resume()
  }

  /** Nobody looks: be quiet until somebody does. */
  seen(visible: boolean): void {
    if (visible) this.#connection.resume()
    else this.#connection.pause()
  }
}
