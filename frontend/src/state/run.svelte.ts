import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Chart, RunDetail, XAxis } from '../api/types'
import type { Batch } from '../live/batch'
import { ChartLines } from './chartlines.svelte'
import { Latest, Throttle } from './throttle'

/** A chart of the run's page: what Go composed, and its lines. */
export interface RunChart {
  id: string
  chart: Chart
  /** Measured by the agent, not logged by the script. */
  system: boolean
  lines: ChartLines
}

/** Everything that the page of one run shows, kept fresh while it is shown. */
export class RunView {
  readonly id: string
  detail = $state.raw<RunDetail | undefined>(undefined)
  charts = $state.raw<readonly RunChart[]>([])
  /** The charts were answered, even if there are none. */
  chartsLoaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)
  /** Stop was asked for and has not come about yet. */
  stopping = $state(false)

  readonly #client: Client
  readonly #onStatus: (before: RunDetail, now: RunDetail) => void
  readonly #detailCall = new Latest()
  readonly #chartsCall = new Latest()
  readonly #again = new Throttle(250, () => this.#load())
  #x: XAxis = 'step'
  #keys = ''
  #missed = true

  constructor(client: Client, id: string, onStatus: (before: RunDetail, now: RunDetail) => void) {
    this.#client = client
    this.id = id
    this.#onStatus = onStatus
  }

  async load(x: XAxis): Promise<void> {
    this.#x = x
    await this.#load()
  }

  /** Draws over steps, times or time since the start. */
  setX(x: XAxis): void {
    if (x === this.#x) return
    this.#x = x
    void this.#loadCharts()
  }

  hear(batch: Batch): void {
    this.#missed ||= batch.reset
    if (batch.reset || batch.registry || batch.runs.has(this.id) || batch.metrics.has(this.id)) this.#again.ask()
  }

  async stop(): Promise<void> {
    this.stopping = true
    try {
      await this.#client.stop(this.id)
    } catch (thrown) {
      this.stopping = false
      throw thrown
    }
  }

  /** Nobody looks at this run any more. */
  close(): void {
    this.#again.cancel()
    this.#detailCall.cancel()
    this.#chartsCall.cancel()
    for (const { lines } of this.charts) lines.close()
  }

  async #load(): Promise<void> {
    try {
      const detail = await this.#client.run(this.id, this.#detailCall.next())
      const before = this.detail
      this.detail = detail
      this.problem = undefined
      if (before !== undefined && before.status !== detail.status) this.#onStatus(before, detail)
      if (detail.status !== 'running') this.stopping = false
      // A metric becomes a line with its second point: then there is another chart.
      const keys = detail.metricList.map((m) => `${m.key}:${Math.min(m.points, 2)}`).join('\n')
      if (this.#missed || keys !== this.#keys) {
        this.#missed = false
        this.#keys = keys
        await this.#loadCharts()
      } else {
        for (const { lines } of this.charts) lines.notice(detail.metricList)
      }
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  async #loadCharts(): Promise<void> {
    try {
      const charts = await this.#client.charts(this.id, this.#x, this.#chartsCall.next())
      const before = this.charts
      this.charts = charts.map((chart) => {
        const system = chart.series.every((s) => s.key.startsWith('system/'))
        const lines = new ChartLines(this.#client, chart.series, this.#x)
        if (this.detail !== undefined) lines.notice(this.detail.metricList)
        // The axis is part of the name: another axis is another drawing.
        return { id: `${this.#x}:${chart.title}:${chart.series.map((s) => s.key).join('|')}`, chart, system, lines }
      })
      for (const { lines } of before) lines.close()
      this.chartsLoaded = true
    } catch (thrown) {
      // Without charts the rest of the page is still worth showing.
      if (!isAbort(thrown)) this.problem ??= this.detail === undefined ? asVarveError(thrown) : undefined
    }
  }
}
