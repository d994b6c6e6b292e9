import { createContext } from 'svelte'
import { Client } from '../api/client'
import { endEarly, root } from '../api/early'
import { TableDoor } from '../api/tabledoor'
import { asVarveError, isAbort } from '../api/errors'
import { findNative, type Drop, type Native } from '../api/native'
import type { Job, RunStatus } from '../api/types'
import { baseName, plural, statusWord } from '../format/words'
import { systemClock } from '../live/clock'
import { Stream } from '../live/stream.svelte'
import { eventSource, longPoll } from '../live/transport'
import { ChartBoard } from './board.svelte'
import { Closing } from './closing.svelte'
import { codeIn } from './code'
import { DataSets } from './data.svelte'
import { DropTargets } from './drops.svelte'
import { Experiments } from './experiments.svelte'
import { exportFolder, Exporting } from './exporting.svelte'
import { partsOf } from './exportparts'
import { Finder } from './finder.svelte'
import { importResult, Importing } from './importing.svelte'
import { Intake } from './intake.svelte'
import { Jobs } from './jobs.svelte'
import { RegisteredModels } from './models.svelte'
import { HomeState } from './home.svelte'
import { Notifier } from './notifier'
import { Projects } from './projects.svelte'
import { Pulse } from './pulse.svelte'
import { allRuns, datasetRoute, experimentRoute, home, parseRoute, printRoute, runRoute, type Route } from './route'
import { Router } from './router.svelte'
import { RunsTable } from './runs.svelte'
import { Session } from './session.svelte'
import { Settings } from './settings.svelte'
import { Shown } from './shown.svelte'
import { Sparks } from './sparks.svelte'
import { Telling } from './telling.svelte'
import { Ticker } from './ticker.svelte'
import { Toasts } from './toasts.svelte'
import { Trash } from './trash.svelte'
import { Views } from './views.svelte'
import { WorkspaceState } from './workspace.svelte'
import { Workspaces } from './workspaces.svelte'

/** Everything that lives as long as the window. Built once, in main.ts. */
export class App {
  readonly client: Client
  readonly native: Native | undefined
  readonly board: ChartBoard
  readonly stream: Stream
  readonly router = new Router()
  readonly settings = new Settings()
  readonly ticker = new Ticker()
  readonly toasts = new Toasts()
  readonly workspace: WorkspaceState
  readonly workspaces: Workspaces
  readonly closing: Closing
  readonly runs: RunsTable
  readonly table: TableDoor
  readonly views: Views
  readonly sparks: Sparks
  /** Which metric has a curve in the table by itself. */
  readonly curves: Telling
  readonly shown = new Shown()
  readonly data: DataSets
  readonly projects: Projects
  readonly models: RegisteredModels
  readonly trashed: Trash
  readonly jobs: Jobs
  readonly intake: Intake
  readonly importing: Importing
  readonly exporting: Exporting
  readonly finder: Finder
  readonly home: HomeState
  readonly pulse: Pulse
  readonly notifier: Notifier
  readonly session = new Session()
  readonly drops = new DropTargets()
  readonly experiments: Experiments

  constructor(client = new Client(), native = findNative()) {
    this.client = client
    this.native = native
    this.stream = new Stream(
      { stream: eventSource(`${root}/events`), poll: longPoll((since, wait, signal) => client.poll(since, wait, signal)) },
      systemClock,
    )
    client.alive = () => this.stream.state === 'open'
    this.notifier = new Notifier(native, () => this.settings.notify)
    this.workspace = new WorkspaceState(client)
    this.workspaces = new Workspaces({ client, native, toasts: this.toasts, leave })
    this.closing = new Closing(native, (thrown) => this.complain(thrown))
    this.table = new TableDoor(client)
    this.views = new Views(this.table)
    this.sparks = new Sparks(this.table)
    this.curves = new Telling(this.table)
    this.runs = new RunsTable(this.table, (before, now) => this.statusChanged(before, now))
    this.experiments = new Experiments(this)
    this.board = new ChartBoard(client, this.shown, (thrown) => this.complain(thrown))
    this.data = new DataSets(client)
    this.projects = new Projects(client)
    this.models = new RegisteredModels(client)
    this.trashed = new Trash(client)
    this.jobs = new Jobs(client, (job) => this.#ended(job))
    this.intake = new Intake(client)
    this.importing = new Importing(client)
    this.exporting = new Exporting(client)
    this.finder = new Finder(client)
    this.home = new HomeState(client)
    this.pulse = new Pulse(client, (before, now) => this.statusChanged(before, now))
  }

  /** Asks for the runs of the address at once: they come while the pages are made. */
  ahead(): void {
    const route = parseRoute(location.hash)
    if (route.place === 'runs') this.runs.show(route)
  }

  /** Reads the workspace and listens, once a session that is being opened is open. */
  async start(session?: Promise<void>): Promise<void> {
    await session
    this.stream.hear((batch) => {
      this.workspace.hear(batch)
      this.runs.hear(batch)
      this.sparks.changed(batch.metrics)
      this.views.hear(batch)
      this.data.hear(batch)
      this.projects.hear(batch)
      this.models.hear(batch)
      this.trashed.hear(batch)
      this.jobs.hear(batch)
      this.pulse.hear(batch)
      // A window hears of its own drops directly, from the window.
      if (this.native === undefined && batch.dropped.length > 0) this.#offer(batch.dropped)
    })
    this.session.open = true
    setTimeout(endEarly)
    await this.workspace.load()
    const here = this.workspace.workspace
    if (here !== undefined) this.router.of(here.path, (other) => this.#strayed(other, here.name))
    void this.workspaces.load()
    void this.jobs.load()
    void this.pulse.load()
    this.stream.start(this.workspace.workspace?.seq ?? 0)
  }

  /** Follows everything outside until the answer is called. */
  follow(): () => void {
    // A web view begins at 100 %.
    if (this.native !== undefined && this.settings.zoom !== 100) this.native.zoom(this.settings.zoom).catch(() => undefined)
    const seen = () => this.stream.seen(!document.hidden)
    // A link that is pasted over an open page changes the fragment only.
    const link = () => void this.#session().then((was) => was && begin(this.router.route))
    window.addEventListener('hashchange', link)
    document.addEventListener('visibilitychange', seen)
    const stops = [
      this.router.listen(),
      this.ticker.start(),
      this.settings.apply(),
      this.workspace.watch(),
      this.native?.listen({
        drop: (drop) => this.#dropped(drop),
        closing: (question) => this.closing.begin(question),
        notified: ({ id }) => this.notifier.chosen(id),
      }),
      () => document.removeEventListener('visibilitychange', seen),
      () => window.removeEventListener('hashchange', link),
    ]
    return () => {
      for (const stop of stops) stop?.()
    }
  }

  /** Back led to a page of a workspace that was left. */
  #strayed(other: string, here: string): void {
    const open = { label: 'Switch back', run: () => void this.workspaces.open(other) }
    this.toasts.say(`That page is in ${baseName(other)}; this is Home of ${here}.`, open)
  }

  /** What is dropped while the sheet of an import or an export is open is where it comes from or goes to; everything else is looked at as data. */
  #offer(paths: readonly string[]): void {
    const [first] = paths
    const sheet = this.importing.open ? this.importing : this.exporting.open ? this.exporting : undefined
    if (first !== undefined && paths.length === 1 && sheet !== undefined) sheet.take(first)
    else this.intake.offer(paths)
  }

  #dropped({ x, y, paths, problem }: Drop): void {
    const [first] = paths
    if (first === undefined) {
      if (problem !== undefined) this.toasts.say(problem, undefined, true)
      return
    }
    // The window counts its own pixels; a larger page has fewer of its own.
    const scale = this.settings.zoom / 100
    const target = this.drops.at(x / scale, y / scale)
    if (target === undefined) this.#offer(paths)
    else if (paths.length > 1) this.toasts.say('Only one file or folder fits in here.', undefined, true)
    else target.take(first)
  }

  /** Tells starts, ends and failures to those who do not see them. */
  statusChanged(before: { status: RunStatus; name: string }, now: { id: string; status: RunStatus; name: string }): void {
    // The table and the pulse both see it; it is told once.
    if (before.status === now.status || this.#told.get(now.id) === now.status) return
    this.#told.set(now.id, now.status)
    const text = `${now.name}: ${statusWord(now.status)}`
    this.toasts.speak(text)
    if (now.status !== 'running' && now.status !== 'waiting') this.notifier.tell(now.name, statusWord(now.status), () => this.router.go(runRoute(now.id)))
  }
  readonly #told = new Map<string, RunStatus>()

  /** Puts runs into the trash, and offers the way back. */
  async trash(ids: readonly string[], name: string): Promise<void> {
    this.runs.remove(new Set(ids))
    try {
      const { undo } = await this.table.edit({ runs: ids, trash: true })
      const back = async () => {
        await this.table.undo(undo)
        this.runs.refresh()
        this.toasts.speak(`${name} restored`)
      }
      this.toasts.say(`${name} in the trash`, { label: 'Undo', run: () => void this.attempt(back) })
    } catch (thrown) {
      this.runs.refresh()
      throw thrown
    }
  }

  /** Puts what an import made into the trash. */
  async undoImport(undo: string | undefined): Promise<void> {
    if (undo === undefined) return
    const done = await this.client.imports.undo(undo)
    this.importing.undone = [...this.importing.undone, undo]
    this.runs.refresh()
    this.toasts.say(`${plural(done.runs, 'run')} in the trash`)
  }

  /** Lets an import or an export go on that ended early. */
  async goOn(job: Job): Promise<void> {
    const planned = this.planned(job)
    if (planned !== undefined) this.jobs.take([await planned.goOn(job)])
  }

  /** The sheet that a job was asked for in. */
  planned(job: Job): Importing | Exporting | undefined {
    return job.kind === 'import.take' ? this.importing : job.kind === 'export.take' ? this.exporting : undefined
  }

  /** Opens the sheet of an export, for what is chosen or shown. */
  beginExport(): void {
    const { route } = this.router
    this.exporting.begin(partsOf(route, route.place === 'runs' ? [...this.runs.chosen] : [], this.workspace.tree))
  }

  /** Shows what an export has filled, where a window can. */
  showFolder(path: string): void {
    void this.attempt(async () => this.native?.show(path))
  }

  /** Does something, and says in words when it fails. */
  async attempt(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act()
      return true
    } catch (thrown) {
      this.complain(thrown)
      return false
    }
  }

  /** Starts a job, and shows how it goes. */
  begin(start: () => Promise<Job>): Promise<boolean> {
    return this.attempt(async () => {
      this.jobs.take([await start()])
      this.jobs.open = true
    })
  }

  complain(thrown: unknown): void {
    if (isAbort(thrown)) return
    const problem = asVarveError(thrown)
    this.toasts.say([problem.message, problem.hint].filter((s) => s !== undefined && s !== '').join(' '), undefined, true)
  }

  #ended(job: Job): void {
    const to = resultRoute(job)
    // The end of a run is told by itself; only that it could not be started is news.
    const news = job.kind === 'run.start' ? job.state === 'failed' : job.state !== 'cancelled'
    if (news) this.notifier.tell(job.title, job.problem?.title ?? job.summary ?? 'Done', () => (to === undefined ? (this.jobs.open = true) : this.router.go(to)))
    // The open drawer says it already.
    if (this.jobs.open) {
      this.toasts.speak(`${job.title}: ${job.state}`)
      return
    }
    // Whoever waits on the form is taken to the run at once.
    if (job.kind.startsWith('run.') && this.router.route.place === 'project') return
    const folder = this.native === undefined ? undefined : exportFolder(job)
    const show = folder === undefined ? undefined : { label: 'Show in folder', run: () => this.showFolder(folder) }
    const open = to === undefined ? show : { label: 'Open', run: () => this.router.go(to) }
    if (job.state === 'done') this.toasts.say(job.summary ?? `${job.title}: done`, open)
    else if (job.state === 'failed') {
      const why = { label: 'Show', run: () => (this.jobs.open = true) }
      this.toasts.say(`${job.title}: ${job.problem?.title ?? 'failed'}`, why, true)
    } else this.toasts.say(`${job.title}: cancelled`)
  }

  async #session(): Promise<boolean> {
    const given = codeIn(location.hash)
    if (given === undefined) return false
    // The code works once; whatever comes of it, it must not stay in the address.
    this.router.replace(given.page)
    try {
      await this.client.openSession(given.code)
    } catch {
      // A used or old code: the workspace will answer 401, and the page says what to do.
    }
    return true
  }
}

/** Goes to the pages of another workspace: in the window they are at the same address. */
function leave(address: string | undefined): void {
  if (address !== undefined) {
    location.assign(address)
    return
  }
  begin(home)
}

/** Loads the pages anew at an address that is nobody's yet: another workspace may answer. */
function begin(at: Route): void {
  history.replaceState(null, '', printRoute(at))
  location.reload()
}

/** Where the result of a job can be seen. */
export function resultRoute(job: Job): Route | undefined {
  if (job.state !== 'done' || job.result === undefined || job.result === '') return undefined
  if (job.kind === 'run.start') return runRoute(job.result)
  if (job.kind === 'run.sweep') return experimentRoute(job.result)
  if (job.kind === 'data.add') return datasetRoute(job.result)
  const { into = [], intoData = [] } = importResult(job) ?? {}
  if (intoData.length > 0) return intoData.length === 1 && intoData[0] !== undefined ? datasetRoute(intoData[0]) : { place: 'data' }
  if (into.length > 0) return into.length === 1 && into[0] !== undefined ? experimentRoute(into[0]) : allRuns
  return undefined
}

/** The App of the component tree. */
export const [useApp, provideApp] = createContext<App>()
