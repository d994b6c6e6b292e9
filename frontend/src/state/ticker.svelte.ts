/** The present, to the second, for everything that says "2 min ago". */
export class Ticker {
  now = $state(Date.now())

  /** Ticks while somebody looks, until the answer is called. */
  start(): () => void {
    const tick = () => {
      if (!document.hidden) this.now = Date.now()
    }
    const timer = setInterval(tick, 1000)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }
}
