import type { Client } from '../api/client'
import { asVarveError, isAbort, VarveError } from '../api/errors'
import type { Transfers } from '../api/transfers'
import type { Job } from '../api/types'
import { Latest, pause } from './throttle'

/** How long it takes until the state of a look is asked for again, in ms. */
const again = 250

/** A sheet that says what would be done, before a job does it. */
export abstract class Planned<Want, Plan> {
  open = $state(false)
  plan = $state.raw<Plan | undefined>(undefined)
  looking = $state(false)
  /** What the look is at. */
  note = $state('')
  starting = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  /** What jobs were asked for here, by their ids. */
  #asked = $state.raw<Readonly<Record<string, Want>>>({})

  readonly #client: Client
  readonly #transfers: Transfers<Want>
  readonly #call = new Latest()

  constructor(client: Client, transfers: Transfers<Want>) {
    this.#client = client
    this.#transfers = transfers
  }

  /** What is asked for. */
  abstract get request(): Want

  /** Lets go of what was looked at: something else is meant. */
  protected forget(): void {
    this.#call.cancel()
    this.looking = false
    this.plan = undefined
    this.problem = undefined
  }

  /** Finds out what would be done, after some ms: a person may still be writing. Until then nothing can be begun. */
  async look(after = 0): Promise<void> {
    const signal = this.#call.next()
    this.looking = true
    this.note = ''
    this.problem = undefined
    let id = ''
    try {
      if (after > 0) await pause(after)
      signal.throwIfAborted()
      let job = await this.#transfers.look(this.request, signal)
      id = job.id
      while (job.state === 'running') {
        this.note = job.note ?? ''
        await pause(again)
        job = await this.#transfers.job(id, signal)
      }
      if (job.state !== 'done') throw new VarveError(job.problem ?? { title: 'It was cancelled.' })
      this.plan = JSON.parse(job.result ?? '') as Plan
      this.looking = false
    } catch (thrown) {
      if (isAbort(thrown)) {
        // Nobody waits for it any more.
        if (id !== '') this.#client.cancel(id).catch(() => undefined)
        return
      }
      this.looking = false
      this.problem = asVarveError(thrown)
    }
  }

  /** Begins to do it; undefined when it was refused, and the sheet says why. */
  async start(): Promise<Job | undefined> {
    if (this.plan === undefined || this.looking || this.starting) return undefined
    this.starting = true
    this.problem = undefined
    try {
      const job = await this.#take(this.request)
      this.close()
      return job
    } catch (thrown) {
      this.problem = asVarveError(thrown)
      return undefined
    } finally {
      this.starting = false
    }
  }

  async #take(want: Want): Promise<Job> {
    const job = await this.#transfers.take(want)
    this.#asked = { ...this.#asked, [job.id]: want }
    return job
  }

  /** Whether a job that ended early can go on: the same again does, and what was asked for is known to those who asked. */
  goesOn(job: Job): boolean {
    return (job.state === 'cancelled' || job.state === 'failed') && this.#asked[job.id] !== undefined
  }

  /** Goes on where a job ended. */
  async goOn(job: Job): Promise<Job> {
    const { [job.id]: want, ...others } = this.#asked
    if (want === undefined) throw new VarveError({ title: 'What was asked for is not known any more.' })
    const next = await this.#take(want)
    this.#asked = { ...others, [next.id]: want }
    return next
  }

  close(): void {
    this.#call.cancel()
    this.looking = false
    this.open = false
  }
}

/** What a job of a kind did, also if it ended early; undefined for other jobs, and for those that have done nothing yet. */
export function resultOf(job: Job, kind: Job['kind']): unknown {
  if (job.kind !== kind || job.state === 'running' || job.result === undefined || job.result === '') return undefined
  return JSON.parse(job.result)
}
