import type { ChartKind, ChartSpec, DrawnChart, DrawRequest, WhichRuns } from '../api/charts'
import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Batch } from '../live/batch'
import { united, touched } from './drawnparts'
import { unique } from './rows'
import { Latest, Throttle } from './throttle'

/** What a chart shows, and of which runs. */
export interface ChartQuestion {
  which: WhichRuns
  chart: ChartSpec
  /** Colour slots from 1, by id of the series; undefined lets the owner colour the first ones. */
  slots?: Readonly<Record<string, number>> | undefined
}

/** How often a kind is made again while runs log, in ms: the more goes into it, the less often. */
export function liveEvery(kind: ChartKind): number {
  if (kind === 'line') return 250
  return kind === 'importance' || kind === 'correlation' || kind === 'contour' || kind === 'arrays' ? 10_000 : 1000
}

/** Widths are asked for in steps of so many pixels: while a window is drawn wider, little is asked. */
const widthStep = 160

/**
 * A chart that the owner draws, kept fresh while it is on screen. Lines follow
 * within a quarter of a second, and only those that have new points are read
 * again; what is made of all runs at once follows less often.
 */
export class DrawnChartState {
  drawn = $state.raw<DrawnChart | undefined>(undefined)
  problem = $state.raw<VarveError | undefined>(undefined)

  readonly #client: Client
  readonly #call = new Latest()
  readonly #again: Throttle
  #question: ChartQuestion | undefined
  #asked = ''
  #read = ''
  #reading = ''
  #zoom: readonly [number, number] | undefined
  #width = 0
  #busy = false
  /** Runs with new points; undefined: anything may have changed. */
  #stale: readonly string[] | undefined = []

  constructor(client: Client, live = 250) {
    this.#client = client
    this.#again = new Throttle(live, () => this.#catchUp())
  }

  /** Shows the answer to a question; what was drawn stays until then. */
  ask(question: ChartQuestion): void {
    this.#question = question
    this.#asked = JSON.stringify(question)
    void this.#catchUp()
  }

  /** The chart is on screen, this many pixels wide; 0 when it left. */
  see(pixels: number): void {
    this.#width = pixels === 0 ? 0 : Math.ceil(pixels / widthStep) * widthStep
    void this.#catchUp()
  }

  /** Only a part of the x axis is seen. */
  zoom(part: readonly [number, number] | undefined): void {
    if (part?.join() === this.#zoom?.join()) return
    this.#zoom = part
    void this.#catchUp()
  }

  hear(batch: Batch): void {
    if (batch.reset) this.#stale = undefined
    else {
      const drawn = this.drawn
      const news = touched(drawn, batch.runs, batch.metrics)
      if (news === 'all') this.#stale = undefined
      else if (this.#stale !== undefined) this.#stale = unique([...this.#stale, ...news])
    }
    if (this.#stale === undefined || this.#stale.length > 0) this.#again.ask()
  }

  /** Reads it anew, whatever is known. */
  refresh(): void {
    this.#stale = undefined
    void this.#catchUp()
  }

  /** The request for every point of it. */
  whole(): Omit<DrawRequest, 'width'> | undefined {
    const q = this.#question
    return q === undefined ? undefined : { ...q.which, chart: q.chart, ...(q.slots !== undefined && { slots: q.slots }) }
  }

  close(): void {
    this.#width = 0
    this.#again.cancel()
    this.#call.cancel()
  }

  get #key(): string {
    return `${this.#asked} ${this.#width} ${this.#zoom?.join() ?? ''}`
  }

  async #catchUp(): Promise<void> {
    if (this.#busy) {
      // Another question gives the answer to the old one up; more points wait for it.
      if (this.#width > 0 && this.#reading !== this.#key) this.#call.cancel()
      return
    }
    this.#busy = true
    while (this.#width > 0 && this.#question !== undefined && (this.#read !== this.#key || this.#stale === undefined || this.#stale.length > 0)) {
      if (!(await this.#step(this.#question, this.#key))) break
    }
    this.#busy = false
  }

  async #step(question: ChartQuestion, key: string): Promise<boolean> {
    const stale = this.#stale
    this.#stale = []
    this.#reading = key
    const before = this.drawn
    const only = this.#read === key && stale !== undefined && before?.head.kind === 'line' ? stale : undefined
    const [from, to] = this.#zoom ?? []
    const request: DrawRequest = {
      ...question.which,
      chart: question.chart,
      width: this.#width,
      ...(from !== undefined && to !== undefined && { from, to }),
      ...(question.slots !== undefined && { slots: question.slots }),
      ...(only !== undefined && { only }),
    }
    try {
      const drawn = await this.#client.plots.draw(request, this.#call.next())
      this.drawn = only === undefined || before === undefined ? drawn : united(before, drawn)
      this.#read = key
      this.problem = undefined
      return true
    } catch (thrown) {
      if (isAbort(thrown)) {
        // Somebody asked for something else meanwhile; what was stale still is.
        this.#stale = stale
        return this.#key !== key
      }
      this.problem = asVarveError(thrown)
      // A question that cannot be answered is not asked over and over.
      this.#read = key
      return false
    }
  }
}
