/** What can be said about the speed of a job. */
export interface Estimate {
  /** Bytes a second, lately; undefined without evidence. */
  rate: number | undefined
  /** Milliseconds until the end; undefined while it would be a guess. */
  left: number | undefined
}

/** Least evidence for a promise. */
const evidence = 5_000
/** How far back lately goes. */
const lately = 15_000

interface Sample {
  at: number
  bytes: number
}

/** Watches the progress of one job, and promises nothing in its first five seconds. */
export class Pace {
  #samples: Sample[] = []
  #began: number | undefined

  /** Takes note of the progress at a time. */
  note(at: number, bytes: number): void {
    const last = this.#samples.at(-1)
    // Another phase of the job counts from zero again.
    if (last !== undefined && bytes < last.bytes) {
      this.#samples = []
      this.#began = at
    }
    this.#began ??= at
    this.#samples.push({ at, bytes })
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= lately) this.#samples.shift()
  }

  /** What can be said now; total is 0 while it is unknown. */
  estimate(now: number, total: number): Estimate {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || this.#began === undefined) return { rate: undefined, left: undefined }
    // Silence since the last sample counts: a stalled job slows down.
    const span = now - first.at
    if (span < 1000 || last.bytes === first.bytes) return { rate: undefined, left: undefined }
    const rate = ((last.bytes - first.bytes) / span) * 1000
    const enough = now - this.#began >= evidence && total > 0 && last.bytes <= total
    return { rate, left: enough ? ((total - last.bytes) / rate) * 1000 : undefined }
  }
}
