/** Time, as far as the stream needs it; tests bring their own. */
export interface Clock {
  now(): number
  /** Calls back once after ms; the answer calls it off. */
  after(ms: number, call: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}
