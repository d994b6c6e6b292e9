import { decodeChart, type ChartSpec, type DrawnChart, type DrawRequest, type ProposedCharts, type WhichRuns } from './charts'

/** An image that a run logged. */
export interface LoggedImage {
  run: string
  step: number
  /** Artifact of the run. */
  path: string
  /** A smaller one, where there is one. */
  small?: string
}

/** An array of numbers in files of runs. */
export interface LoggedArray {
  name: string
  /** Of the run that has the most. */
  steps: number
  runs: number
}

/** Images of one key. */
export interface LoggedImages {
  key: string
  steps: number[]
  images: LoggedImage[]
}

/** How the code of two runs differs. */
export interface CodeDifference {
  files: { path: string; status: 'same' | 'changed' | 'added' | 'removed'; hunks: { line: number; lines: { op: ' ' | '-' | '+'; text: string }[] }[] }[]
  /** What is to be known of it. */
  note: string
}

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** Charts of many runs, and what is compared beside them: answers that are bytes, or larger than a form. */
export class Plots {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** A chart, with its points. */
  async draw(request: DrawRequest, signal?: AbortSignal): Promise<DrawnChart> {
    return decodeChart(await (await this.#ask('/charts/draw', posted(request, signal))).arrayBuffer())
  }

  /** A chart as a file: every point as CSV, or a page that opens without Varve. */
  async file(kind: 'csv' | 'html', request: WhichRuns & { chart: ChartSpec; slots?: Readonly<Record<string, number>> }): Promise<Blob> {
    return await (await this.#ask(`/charts/${kind}`, posted(request))).blob()
  }

  /** Charts that are worth looking at. */
  async proposed(which: WhichRuns, purpose: 'experiment' | 'compare', signal?: AbortSignal): Promise<ProposedCharts> {
    const query = new URLSearchParams({ filter: which.filter, for: purpose })
    for (const id of which.experiments) query.append('experiment', id)
    for (const id of which.runs) query.append('run', id)
    return await this.#read(`/charts/proposed?${query}`, signal)
  }

  /** The images that runs logged, by key. */
  async images(runs: readonly string[], signal?: AbortSignal): Promise<LoggedImages[]> {
    const query = new URLSearchParams(runs.map((run) => ['run', run]))
    return (await this.#read<{ keys: LoggedImages[] }>(`/images?${query}`, signal)).keys
  }

  /** The arrays that runs logged as files. */
  async arrays(runs: readonly string[], signal?: AbortSignal): Promise<LoggedArray[]> {
    const query = new URLSearchParams(runs.map((run) => ['run', run]))
    return (await this.#read<{ arrays: LoggedArray[] }>(`/arrays?${query}`, signal)).arrays
  }

  /** How the code of one run differs from that of another. */
  async code(a: string, b: string, signal?: AbortSignal): Promise<CodeDifference> {
    return await this.#read(`/compare/code?${new URLSearchParams({ a, b })}`, signal)
  }

  async #read<T>(path: string, signal: AbortSignal | undefined): Promise<T> {
    return (await (await this.#ask(path, signal === undefined ? {} : { signal })).json()) as T
  }
}

function posted(body: unknown, signal?: AbortSignal): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), ...(signal !== undefined && { signal }) }
}
