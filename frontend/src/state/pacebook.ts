import type { Job } from '../api/types'
import type { Estimate, Pace } from './estimate'

/** The pace of each running job. */
export class PaceBook {
  readonly #paces = new Map<string, Pace>()
  readonly #make: () => Pace

  constructor(make: () => Pace) {
    this.#make = make
  }

  note(job: Job, now: number): void {
    // A pause says nothing about speed.
    if (job.state !== 'running' || job.paused === true) {
      this.#paces.delete(job.id)
      return
    }
    const pace = this.#paces.get(job.id) ?? this.#make()
    this.#paces.set(job.id, pace)
    pace.note(now, job.bytes)
  }

  estimate(job: Job, now: number): Estimate {
    return this.#paces.get(job.id)?.estimate(now, job.total) ?? { rate: undefined, left: undefined }
  }
}

/** Jobs that the page keeps: with the running ones, the last fifty. */
const most = 50

/** The known jobs with newer states of some, and those that ended by it. */
export function update(known: readonly Job[], fresh: readonly Job[]): { all: Job[]; ended: Job[] } {
  const jobs = new Map(known.map((job) => [job.id, job]))
  const ended: Job[] = []
  for (const job of fresh) {
    const before = jobs.get(job.id)
    // An answer may be older than what the stream has said since: what is over stays over.
    if (before !== undefined && before.state !== 'running' && job.state === 'running') continue
    if (before?.state === 'running' && job.state !== 'running') ended.push(job)
    jobs.set(job.id, job)
  }
  return { all: [...jobs.values()].sort(byAge).slice(0, most), ended }
}

/** Running jobs first, then the youngest. */
function byAge(a: Job, b: Job): number {
  const running = Number(b.state === 'running') - Number(a.state === 'running')
  return running !== 0 ? running : b.started - a.started
}
