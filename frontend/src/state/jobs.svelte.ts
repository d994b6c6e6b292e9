import type { Client } from '../api/client'
import type { Job } from '../api/types'
import type { Batch } from '../live/batch'
import { Pace, type Estimate } from './estimate'
import { PaceBook, update } from './pacebook'

/** The long work of this workspace, as the door keeps it. */
export class Jobs {
  /** Running ones first, then the youngest. */
  all = $state.raw<readonly Job[]>([])
  /** The drawer is open. */
  open = $state(false)

  readonly running = $derived(this.all.filter((job) => job.state === 'running'))
  readonly #client: Client
  readonly #book = new PaceBook(() => new Pace())
  readonly #finished: (job: Job) => void

  /** finished is told of each job that ends while this window is open. */
  constructor(client: Client, finished: (job: Job) => void) {
    this.#client = client
    this.#finished = finished
  }

  async load(): Promise<void> {
    try {
      this.take(await this.#client.jobs())
    } catch {
      // The stream says when the door is gone, and what was missed comes then.
    }
  }

  hear(batch: Batch): void {
    if (batch.reset) void this.load()
    if (batch.jobs.length > 0) this.take(batch.jobs)
  }

  /** Takes newer states of jobs. */
  take(given: readonly Job[]): void {
    const now = Date.now()
    // A look before an import, an export or a restore is part of its sheet.
    const jobs = given.filter((job) => !job.kind.endsWith('.look'))
    for (const job of jobs) this.#book.note(job, now)
    const { all, ended } = update(this.all, jobs)
    this.all = all
    for (const job of ended) this.#finished(job)
  }

  find(id: string): Job | undefined {
    return this.all.find((job) => job.id === id)
  }

  /** Rate and time left of a running job. */
  estimate(job: Job, now: number): Estimate {
    return this.#book.estimate(job, now)
  }

  /** Lets a job rest, or go on. */
  async pause(job: Job): Promise<void> {
    this.take([await (job.paused === true ? this.#client.resume(job.id) : this.#client.pause(job.id))])
  }

  async cancel(id: string): Promise<void> {
    this.take([await this.#client.cancel(id)])
  }
}
