import createClient from 'openapi-fetch'
import { decodePoints, type Points } from './binary'
import { root, takeEarly } from './early'
import { asVarveError, fromAnswer, isAbort } from './errors'
import { Bin } from './bin'
import { Descriptions } from './descriptions'
import { Differences } from './differences'
import { Imports } from './imports'
import { Models } from './models'
import { Plots } from './plots'
import { patient } from './patience'
import { Previews } from './previews'
import { Restores } from './restores'
import type { paths } from './schema'
import { Transfers } from './transfers'
import type * as t from './types'
import { Upkeep } from './upkeep'

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/**
 * Gives a request without a body a type all the same: one that changes something
 * and has the type of a form, or none, is taken for that of a foreign page.
 */
function typed(request: Request): Request {
  if (request.method !== 'GET' && !request.headers.has('Content-Type')) request.headers.set('Content-Type', 'application/json')
  return request
}

/**
 * Varve's own HTTP interface. Every method answers with the value or throws a
 * VarveError; an aborted call throws the AbortError.
 */
export class Client {
  readonly #fetch: typeof fetch
  readonly #http: ReturnType<typeof createClient<paths>>
  /** Charts of many runs, and what is compared beside them. */
  readonly plots = new Plots((path, init) => this.raw(path, init))
  readonly bin = new Bin((path, init) => this.raw(path, init))
  readonly descriptions = new Descriptions((path, init) => this.raw(path, init))
  readonly imports = new Imports((path, init) => this.raw(path, init))
  readonly exports = new Transfers<t.Export>((path, init) => this.raw(path, init), '/exports')
  readonly differences = new Differences((path, init) => this.raw(path, init))
  readonly previews = new Previews((path, init) => this.raw(path, init))
  readonly models = new Models((path, init) => this.raw(path, init))
  readonly upkeep = new Upkeep((path, init) => this.raw(path, init))

  /** Whether there is a sign of life from the door at present: then answers may take their time. */
  alive: () => boolean = () => false

  constructor(fetcher: typeof fetch = (input, init) => takeEarly(input, init) ?? fetch(input, init)) {
    this.#fetch = patient(fetcher, () => this.alive())
    this.#http = createClient<paths>({ fetch: (request) => this.#fetch(request) })
    this.#http.use({ onRequest: ({ request }) => typed(request) })
  }

  workspace(signal?: AbortSignal): Promise<t.Workspace> {
    return value(this.#http.GET('/api/varve/v1/workspace', { ...given(signal) }))
  }

  /** The workspaces that were opened on this computer; problem says why they could not be read. */
  workspaces(signal?: AbortSignal): Promise<{ workspaces: t.KnownWorkspace[]; problem?: string }> {
    return value(this.#http.GET('/api/varve/v1/workspaces', { ...given(signal) }))
  }

  async keepWorkspace(path: string, opened: number): Promise<void> {
    await value(this.#http.PUT('/api/varve/v1/workspaces', { body: { path, opened } }))
  }

  async forgetWorkspace(path: string): Promise<void> {
    await value(this.#http.DELETE('/api/varve/v1/workspaces', { params: { query: { path } } }))
  }

  /** Opens another workspace, or makes one; answers where its pages let this browser in. */
  openWorkspace(path: string, create: boolean): Promise<{ address: string }> {
    return value(this.#http.POST('/api/varve/v1/workspaces/open', { body: { path, create } }))
  }

  diagnostics(signal?: AbortSignal): Promise<t.Diagnostics> {
    return value(this.#http.GET('/api/varve/v1/diagnostics', { ...given(signal) }))
  }

  /** The licences of everything that Varve is made of. */
  async notices(signal?: AbortSignal): Promise<t.Notices> {
    const answer = await this.#ask('/licences.json', given(signal))
    return (await answer.json()) as t.Notices
  }

  scriptLines(signal?: AbortSignal): Promise<t.ScriptLines> {
    return value(this.#http.GET('/api/varve/v1/script', { ...given(signal) }))
  }

  checkScriptLine(terminal: boolean): Promise<t.ScriptCheck> {
    return value(this.#http.POST('/api/varve/v1/script/check', { body: { terminal } }))
  }

  async experiments(signal?: AbortSignal): Promise<t.Experiment[]> {
    return (await value(this.#http.GET('/api/varve/v1/experiments', { ...given(signal) }))).experiments
  }

  runs(q: t.RunsQuery, signal?: AbortSignal): Promise<t.RunPage> {
    const query = {
      limit: q.limit,
      ...(q.experiments.length > 0 && { experiment: q.experiments }),
      ...(q.filter !== '' && { filter: q.filter }),
      ...(q.order.length > 0 && { order: q.order }),
      ...(q.cursor !== undefined && { cursor: q.cursor }),
    }
    return value(this.#http.GET('/api/varve/v1/runs', { params: { query }, ...given(signal) }))
  }

  /** What can stand at a place of a filter; the place is counted in characters. */
  async suggest(filter: string, cursor: number, experiments: string[], signal?: AbortSignal): Promise<t.Suggestion[]> {
    const query = { filter, cursor, ...(experiments.length > 0 && { experiment: experiments }) }
    return (await value(this.#http.GET('/api/varve/v1/runs/suggest', { params: { query }, ...given(signal) }))).suggestions
  }

  /** What ended of late; days are when each began, the newest first. */
  home(days: number[], limit: number, signal?: AbortSignal): Promise<t.Home> {
    return value(this.#http.GET('/api/varve/v1/home', { params: { query: { days, limit } }, querySerializer: { array: { style: 'form', explode: false } }, ...given(signal) }))
  }

  run(run: string, signal?: AbortSignal): Promise<t.RunDetail> {
    return value(this.#http.GET('/api/varve/v1/runs/{run}', { params: { path: { run } }, ...given(signal) }))
  }

  /** Runs side by side; '' as the baseline is the first one. */
  compare(runs: readonly string[], baseline: string, signal?: AbortSignal): Promise<t.Comparison> {
    const query = { run: [...runs], ...(baseline !== '' && { baseline }) }
    return value(this.#http.GET('/api/varve/v1/compare', { params: { query }, ...given(signal) }))
  }

  async stop(run: string): Promise<void> {
    await value(this.#http.POST('/api/varve/v1/runs/{run}/stop', { params: { path: { run } } }))
  }

  async trash(run: string): Promise<void> {
    await value(this.#http.POST('/api/varve/v1/runs/{run}/trash', { params: { path: { run } } }))
  }

  async untrash(run: string): Promise<void> {
    await value(this.#http.POST('/api/varve/v1/runs/{run}/restore', { params: { path: { run } } }))
  }

  async rename(run: string, name: string): Promise<void> {
    await value(this.#http.PUT('/api/varve/v1/runs/{run}/name', { params: { path: { run } }, body: { name } }))
  }

  async setTag(run: string, key: string, text: string): Promise<void> {
    await value(this.#http.PUT('/api/varve/v1/runs/{run}/tag', { params: { path: { run } }, body: { key, value: text } }))
  }

  async deleteTag(run: string, key: string): Promise<void> {
    await value(this.#http.DELETE('/api/varve/v1/runs/{run}/tag', { params: { path: { run }, query: { key } } }))
  }

  /** Says how a run ended that did not say so itself. */
  async setStatus(run: string, status: t.EndStatus): Promise<void> {
    await value(this.#http.PUT('/api/varve/v1/runs/{run}/status', { params: { path: { run } }, body: { status } }))
  }

  /** Moves runs, with those nested in them unless exactly these are meant; answers how many that were. */
  async moveRuns(runs: readonly string[], experiment: string, exactly = false): Promise<number> {
    return (await value(this.#http.POST('/api/varve/v1/runs/move', { body: { runs: [...runs], experiment, exactly } }))).moved
  }

  /** Copies runs that have ended; answers the ids of the copies. */
  async copyRuns(runs: readonly string[], experiment: string): Promise<string[]> {
    return (await value(this.#http.POST('/api/varve/v1/runs/copy', { body: { runs: [...runs], experiment } }))).runs
  }

  /** What people changed about a run, the latest first. */
  async edits(run: string, signal?: AbortSignal): Promise<t.Edit[]> {
    return (await value(this.#http.GET('/api/varve/v1/runs/{run}/edits', { params: { path: { run } }, ...given(signal) }))).edits
  }

  /** Takes a change back; answers the id of the change that it made, if any was to be made. */
  async revert(run: string, edit: string): Promise<string | undefined> {
    return (await value(this.#http.POST('/api/varve/v1/runs/{run}/revert', { params: { path: { run } }, body: { id: edit } }))).id
  }

  experiment(experiment: string, signal?: AbortSignal): Promise<t.ExperimentDetail> {
    return value(this.#http.GET('/api/varve/v1/experiments/{experiment}', { params: { path: { experiment } }, ...given(signal) }))
  }

  async renameExperiment(experiment: string, name: string): Promise<void> {
    await value(this.#http.PUT('/api/varve/v1/experiments/{experiment}/name', { params: { path: { experiment } }, body: { name } }))
  }

  /** Gives a folder of experiments another name or place; answers what was renamed. */
  async moveFolder(from: string, to: string): Promise<t.RenamedExperiment[]> {
    return (await value(this.#http.POST('/api/varve/v1/experiments/folder', { body: { from, to } }))).experiments
  }

  /** Moves all runs of an experiment into another one; answers which. */
  async mergeExperiments(from: string, into: string): Promise<string[]> {
    return (await value(this.#http.POST('/api/varve/v1/experiments/merge', { body: { from, into } }))).runs
  }

  async trashExperiment(experiment: string): Promise<void> {
    await value(this.#http.POST('/api/varve/v1/experiments/{experiment}/trash', { params: { path: { experiment } } }))
  }

  async untrashExperiment(experiment: string): Promise<void> {
    await value(this.#http.POST('/api/varve/v1/experiments/{experiment}/restore', { params: { path: { experiment } } }))
  }

  async setExperimentTag(experiment: string, key: string, text: string): Promise<void> {
    await value(this.#http.PUT('/api/varve/v1/experiments/{experiment}/tag', { params: { path: { experiment } }, body: { key, value: text } }))
  }

  async deleteExperimentTag(experiment: string, key: string): Promise<void> {
    await value(this.#http.DELETE('/api/varve/v1/experiments/{experiment}/tag', { params: { path: { experiment }, query: { key } } }))
  }

  /** What people changed about an experiment, the latest first. */
  async experimentEdits(experiment: string, signal?: AbortSignal): Promise<t.Edit[]> {
    return (await value(this.#http.GET('/api/varve/v1/experiments/{experiment}/edits', { params: { path: { experiment } }, ...given(signal) }))).edits
  }

  async revertExperiment(experiment: string, edit: string): Promise<string | undefined> {
    return (await value(this.#http.POST('/api/varve/v1/experiments/{experiment}/revert', { params: { path: { experiment } }, body: { id: edit } }))).id
  }

  /** Makes an experiment, as MLflow's clients do; answers its id. */
  async createExperiment(name: string): Promise<string> {
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name }) }
    const answer = await this.#ask('/api/2.0/mlflow/experiments/create', init)
    return ((await answer.json()) as { experiment_id: string }).experiment_id
  }

  async artifacts(run: string, path: string, signal?: AbortSignal): Promise<t.Artifact[]> {
    const params = { path: { run }, query: { path } }
    return (await value(this.#http.GET('/api/varve/v1/runs/{run}/artifacts', { params, ...given(signal) }))).artifacts
  }

  /** A piece of the output; offset −1 means its end. */
  log(run: string, offset: number, limit: number, signal?: AbortSignal): Promise<t.Log> {
    const query = offset < 0 ? { tail: true, limit } : { offset, limit }
    return value(this.#http.GET('/api/varve/v1/runs/{run}/log', { params: { path: { run }, query }, ...given(signal) }))
  }

  async charts(run: string, x: t.XAxis, signal?: AbortSignal): Promise<t.Chart[]> {
    const params = { path: { run }, query: { x } }
    return (await value(this.#http.GET('/api/varve/v1/runs/{run}/charts', { params, ...given(signal) }))).charts
  }

  async series(run: string, key: string, x: t.XAxis, points: number, signal?: AbortSignal): Promise<Points> {
    const query = new URLSearchParams({ key, x, points: String(points) })
    const answer = await this.raw(`/runs/${encodeURIComponent(run)}/series?${query}`, given(signal))
    return decodePoints(await answer.arrayBuffer(), answer.headers)
  }

  /** Arrangements that people saved with an experiment; '' means the workspace. */
  async views(experiment: string, kind: 'table' | 'charts', signal?: AbortSignal): Promise<t.View[]> {
    const query = { kind, ...(experiment !== '' && { experiment }) }
    return (await value(this.#http.GET('/api/varve/v1/views', { params: { query }, ...given(signal) }))).views
  }

  async putView(experiment: string, kind: 'table' | 'charts', name: string, text: string): Promise<void> {
    await value(this.#http.PUT('/api/varve/v1/views', { body: { ...(experiment !== '' && { experiment }), kind, name, value: text } }))
  }

  async deleteView(experiment: string, kind: 'table' | 'charts', name: string): Promise<void> {
    const query = { kind, name, ...(experiment !== '' && { experiment }) }
    await value(this.#http.DELETE('/api/varve/v1/views', { params: { query } }))
  }

  /** The address of an artifact's bytes, for links. */
  artifactAddress(run: string, path: string): string {
    return this.previews.artifact(run, path).address
  }

  async datasets(signal?: AbortSignal): Promise<t.Dataset[]> {
    return (await value(this.#http.GET('/api/varve/v1/datasets', { ...given(signal) }))).datasets
  }

  dataset(dataset: string, signal?: AbortSignal): Promise<t.Dataset> {
    return value(this.#http.GET('/api/varve/v1/datasets/{dataset}', { params: { path: { dataset } }, ...given(signal) }))
  }

  async files(dataset: string, version: string, path: string, signal?: AbortSignal): Promise<t.DataFile[]> {
    const params = { path: { dataset, version }, query: { path } }
    const call = this.#http.GET('/api/varve/v1/datasets/{dataset}/versions/{version}/files', { params, ...given(signal) })
    return (await value(call)).files
  }

  look(path: string, signal?: AbortSignal): Promise<t.Look> {
    return value(this.#http.POST('/api/varve/v1/datasets/look', { body: { path }, ...given(signal) }))
  }

  add(name: string, path: string, message: string): Promise<t.Job> {
    return value(this.#http.POST('/api/varve/v1/datasets', { body: { name, path, message } }))
  }

  /** A version on its way into a folder. */
  restores(dataset: string, version: string): Restores {
    return new Restores((path, init) => this.raw(path, init), dataset, version)
  }

  async projects(signal?: AbortSignal): Promise<t.Project[]> {
    return (await value(this.#http.GET('/api/varve/v1/projects', { ...given(signal) }))).projects
  }

  /** Lays the sample project beside the workspace, with its data. */
  sample(): Promise<t.Project> {
    return value(this.#http.POST('/api/varve/v1/projects/sample'))
  }

  openProject(path: string): Promise<t.Project> {
    return value(this.#http.POST('/api/varve/v1/projects/open', { body: { path } }))
  }

  project(path: string, signal?: AbortSignal): Promise<t.Project> {
    return value(this.#http.GET('/api/varve/v1/project', { params: { query: { path } }, ...given(signal) }))
  }

  sweep(start: t.Start, grid: t.Axis[]): Promise<t.Job> {
    return value(this.#http.POST('/api/varve/v1/projects/sweep', { body: { start, grid } }))
  }

  start(start: t.Start): Promise<t.Job> {
    return value(this.#http.POST('/api/varve/v1/projects/run', { body: start }))
  }

  async jobs(signal?: AbortSignal): Promise<t.Job[]> {
    return (await value(this.#http.GET('/api/varve/v1/jobs', { ...given(signal) }))).jobs
  }

  cancel(job: string): Promise<t.Job> {
    return value(this.#http.POST('/api/varve/v1/jobs/{job}/cancel', { params: { path: { job } } }))
  }

  pause(job: string): Promise<t.Job> {
    return value(this.#http.POST('/api/varve/v1/jobs/{job}/pause', { params: { path: { job } } }))
  }

  resume(job: string): Promise<t.Job> {
    return value(this.#http.POST('/api/varve/v1/jobs/{job}/resume', { params: { path: { job } } }))
  }

  /** Waits for what happened after since; the poll form of the live stream. */
  async poll(since: number, wait: number, signal: AbortSignal): Promise<t.Change[]> {
    const params = { query: { since, wait } }
    return (await value(this.#http.GET('/api/varve/v1/events/poll', { params, signal }))).changes
  }

  /** Opens the session of this browser with a code of `varve serve --open`. */
  async openSession(code: string): Promise<void> {
    await value(this.#http.POST('/api/varve/v1/session', { body: { code } }))
  }

  /** Asks for what is no JSON, or is streamed; the path is below the root of the interface. */
  raw(path: string, init: RequestInit): Promise<Response> {
    return this.#ask(root + path, init)
  }

  async #ask(address: string, init: RequestInit): Promise<Response> {
    let answer: Response
    try {
      answer = await this.#fetch(address, init)
    } catch (thrown) {
      if (isAbort(thrown)) throw thrown
      throw asVarveError(thrown)
    }
    if (!answer.ok) throw fromAnswer(answer.status, await answer.json().catch(() => undefined))
    return answer
  }
}

async function value<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await call
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown
    throw asVarveError(thrown)
  }
  if (!answer.response.ok) throw fromAnswer(answer.response.status, answer.error)
  // An answer without a body is as good as an empty one.
  return answer.data ?? ({} as T)
}

function given(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}
