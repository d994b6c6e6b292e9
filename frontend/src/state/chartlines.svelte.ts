import type { Points } from '../api/binary'
import type { Client } from '../api/client'
import { isAbort } from '../api/errors'
import type { ChartSeries, Metric, XAxis } from '../api/types'
import { Latest } from './throttle'

/** What the door gives without thinning. */
const everyPoint = 0

/** What is read for drawing at most: of a zoomed chart, most lies outside. */
const mostDrawn = 200_000

/**
 * The points of one chart. They are read when the chart is seen, and again
 * when there are more: a page with a thousand charts reads those on screen.
 */
export class ChartLines {
  /** In the order of the chart's series; undefined until they were read. */
  points = $state.raw<readonly Points[] | undefined>(undefined)
  failed = $state(false)

  readonly #client: Client
  readonly #series: readonly ChartSeries[]
  readonly x: XAxis
  readonly #call = new Latest()
  #known = ''
  #read = ''
  #pixels = 0
  /** For how many pixels the points were read. */
  #fine = 0
  #busy = false

  constructor(client: Client, series: readonly ChartSeries[], x: XAxis) {
    this.#client = client
    this.#series = series
    this.x = x
  }

  /** The metrics of the run as they are now. */
  notice(metrics: readonly Metric[]): void {
    const mine = metrics.filter((m) => this.#series.some((s) => s.key === m.key))
    this.#known = mine.map((m) => `${m.key}:${m.points}:${m.time}:${m.step}`).join('\n')
    if (this.#pixels > 0) void this.#catchUp()
  }

  /** The chart is on screen, this many pixels wide; 0 when it left. */
  see(pixels: number): void {
    this.#pixels = pixels
    if (pixels > 0) void this.#catchUp()
  }

  /** Every point of every line, however many. */
  all(): Promise<Points[]> {
    return Promise.all(this.#series.map((s) => this.#client.series(s.run, s.key, this.x, everyPoint)))
  }

  close(): void {
    this.#pixels = 0
    this.#call.cancel()
  }

  async #catchUp(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    while (this.#pixels > 0 && (this.points === undefined || this.#read !== this.#known || this.#coarse())) {
      const known = this.#known
      const pixels = this.#pixels
      try {
        const signal = this.#call.next()
        // Least and most per pixel: two points each.
        const most = Math.min(Math.ceil(pixels) * 2, mostDrawn)
        this.points = await Promise.all(
          this.#series.map((s) => this.#client.series(s.run, s.key, this.x, most, signal)),
        )
        this.#read = known
        this.#fine = pixels
        this.failed = false
      } catch (thrown) {
        if (!isAbort(thrown)) this.failed = true
        break
      }
    }
    this.#busy = false
  }

  /** Whether so many pixels would show more than was read. */
  #coarse(): boolean {
    return this.#pixels > this.#fine * 1.5 && this.#fine * 2 < mostDrawn && this.points?.some((p) => p.sampled) === true
  }
}
