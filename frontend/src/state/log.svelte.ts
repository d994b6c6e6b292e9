import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Log } from '../api/types'
import type { Batch } from '../live/batch'
import type { Span } from './logstyle'
import { Lines } from './textlines'
import { Latest, Throttle } from './throttle'

/** Bytes that are read at once. */
const piece = 128 * 1024

/** Bytes that are read at once when all of it is wanted. */
const largePiece = 2 * 1024 * 1024

/** The output of a run: its end first, then what follows, earlier parts when asked. */
export class LogView {
  lines = $state.raw<readonly string[]>([])
  /** The coloured pieces of each line. */
  spans = $state.raw<readonly (readonly Span[] | undefined)[]>([])
  /** Rises when lines came before the first one, or went: all have other numbers then. */
  changes = $state(0)
  /** Lines before the first one that are no longer kept here. */
  dropped = $state(0)
  /** Something was read, be it nothing. */
  loaded = $state(false)
  ended = $state(false)
  /** There is output before the first line. */
  earlier = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #run: string
  readonly #text = new Lines()
  readonly #call = new Latest()
  readonly #again = new Throttle(250, () => this.#follow())
  #first = 0
  #next = -1
  #busy = false
  #wanted = false

  constructor(client: Client, run: string) {
    this.#client = client
    this.#run = run
  }

  async load(): Promise<void> {
    await this.#follow()
  }

  hear(batch: Batch): void {
    // The end of a run ends its output, without new output perhaps.
    if (batch.reset || batch.logs.has(this.#run) || batch.runs.has(this.#run)) this.#again.ask()
  }

  /** The first line that more output may still change. */
  get settled(): number {
    return this.#text.settled
  }

  /** Reads the piece before the first line. */
  async readEarlier(): Promise<void> {
    await this.#before(piece, () => false)
  }

  /** Reads everything before the first line. */
  async readAllEarlier(): Promise<void> {
    await this.#before(largePiece, () => this.earlier)
  }

  async #before(size: number, more: () => boolean): Promise<void> {
    if (this.#busy || this.#first <= 0) return
    this.#busy = true
    const signal = this.#call.next()
    try {
      do {
        const from = Math.max(0, this.#first - size)
        const log = await this.#client.log(this.#run, from, this.#first - from, signal)
        // A piece begins within a line, unless it is the first one.
        const cut = from === 0 ? 0 : log.text.indexOf('\n') + 1
        const taken = log.text.slice(cut)
        this.#text.prepend(taken)
        this.#first = from === 0 ? 0 : this.#first - byteLength(taken)
        this.#show()
      } while (more())
    } catch (thrown) {
      this.#fail(thrown)
    }
    this.#rest()
  }

  close(): void {
    this.#again.cancel()
    this.#call.cancel()
  }

  async #follow(): Promise<void> {
    this.#wanted = true
    if (this.#busy || this.ended) return
    this.#busy = true
    this.#wanted = false
    try {
      let log: Log
      do {
        const asked = this.#next
        log = await this.#client.log(this.#run, asked, piece, this.#call.next())
        this.#take(log)
        if (log.next === asked) break
      } while (log.next < log.size)
      this.problem = undefined
    } catch (thrown) {
      this.#fail(thrown)
      this.#wanted = false
    }
    this.#rest()
  }

  #take(log: Log): void {
    if (this.#next < 0) {
      const start = Math.max(0, log.next - byteLength(log.text))
      const cut = start === 0 ? 0 : log.text.indexOf('\n') + 1
      this.#first = start + byteLength(log.text.slice(0, cut))
      this.#text.append(log.text.slice(cut))
    } else {
      this.#text.append(log.text)
    }
    this.#next = log.next
    this.ended = log.ended && log.next >= log.size
    this.loaded = true
    this.#show()
  }

  #show(): void {
    this.lines = this.#text.all
    this.spans = this.#text.spans
    this.changes = this.#text.changes
    this.dropped = this.#text.dropped
    this.earlier = this.#first > 0 && this.#text.dropped === 0
  }

  /** The call is over; what happened meanwhile is read next. */
  #rest(): void {
    this.#busy = false
    if (this.#wanted) this.#again.ask()
  }

  #fail(thrown: unknown): void {
    if (!isAbort(thrown)) this.problem = asVarveError(thrown)
  }
}

const encoder = new TextEncoder()

function byteLength(text: string): number {
  return encoder.encode(text).length
}
