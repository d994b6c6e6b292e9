/** Curves that are kept; beyond, those that came first are let go. */
const most = 6000
/** What is asked for at most: who scrolls past thousands wants only the last ones. */
const mostWanted = 400

/** The curves that are known, and those that are wanted. */
export class CurveStore {
  readonly #known = new Map<string, Float64Array>()
  readonly #wanted = new Map<string, Set<string>>()
  readonly #stale = new Set<string>()
  /** Those that are being asked for, and whether they have changed since. */
  readonly #asked = new Map<string, boolean>()

  get(run: string, metric: string): Float64Array | undefined {
    return this.#known.get(`${run} ${metric}`)
  }

  stale(run: string, metric: string): boolean {
    return this.#stale.has(`${run} ${metric}`)
  }

  want(run: string, metric: string): void {
    const runs = this.#wanted.get(metric) ?? new Set<string>()
    this.#wanted.set(metric, runs.add(run))
    for (const first of runs) {
      if (runs.size <= mostWanted) break
      runs.delete(first)
    }
  }

  /** What is asked for next: runs of one metric, those that were wanted last. */
  next(limit: number): { metric: string; runs: string[] } | undefined {
    for (const [metric, wanted] of this.#wanted) {
      const runs = [...wanted].slice(-limit)
      for (const run of runs) {
        wanted.delete(run)
        this.#asked.set(`${run} ${metric}`, false)
      }
      if (wanted.size === 0) this.#wanted.delete(metric)
      if (runs.length > 0) return { metric, runs }
    }
    return undefined
  }

  take(metric: string, runs: readonly string[], curves: readonly Float64Array[]): void {
    runs.forEach((run, i) => {
      const key = `${run} ${metric}`
      this.#known.delete(key)
      this.#known.set(key, curves[i] ?? new Float64Array())
      if (this.#asked.get(key) !== true) this.#stale.delete(key)
      this.#asked.delete(key)
    })
    for (const key of this.#known.keys()) {
      if (this.#known.size <= most) break
      this.#known.delete(key)
    }
  }

  /** These runs have new points; answers whether any of their curves is known. */
  changed(runs: Iterable<string>): boolean {
    const ids = new Set(runs)
    const meant = (key: string) => ids.has(key.slice(0, key.indexOf(' ')))
    for (const key of this.#asked.keys()) {
      if (!meant(key)) continue
      this.#asked.set(key, true)
      this.#stale.add(key)
    }
    let any = false
    for (const key of this.#known.keys()) {
      if (!meant(key)) continue
      this.#stale.add(key)
      any = true
    }
    return any
  }
}
