import type { ChartSpec, ProposedCharts } from '../api/charts'
import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import { compareNames } from '../format/words'
import { filled, movedChart, parseBoard, placedChart, printBoard, tall, wide, type BoardChart } from './board'
import { read, write } from './kept'
import type { Shown } from './shown.svelte'
import { Latest, Throttle } from './throttle'

/** What a board is called until somebody gives it another name. */
const firstName = 'Charts'

/** Steps that can be taken back. */
const mostSteps = 50

/**
 * The charts of an experiment as somebody arranged them. What is changed is
 * saved with the experiment, under the name of the board, and can be taken
 * back. Until something is changed, the charts are those that the owner
 * proposes.
 */
export class ChartBoard {
  charts = $state.raw<readonly BoardChart[]>([])
  /** Every board of the experiment. */
  names = $state.raw<readonly string[]>([])
  name = $state(firstName)
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)
  /** How many steps can be taken back. */
  steps = $state(0)
  proposed = $state.raw<ProposedCharts | undefined>(undefined)

  readonly #client: Client
  readonly #shown: Shown
  readonly #complain: (thrown: unknown) => void
  readonly #call = new Latest()
  readonly #later: Throttle
  #before: (readonly BoardChart[])[] = []
  #experiments: readonly string[] = []
  #place = ''
  #next = 0
  /** By name, as they are saved. */
  #saved: Readonly<Record<string, string>> = {}
  #dirty = false

  constructor(client: Client, shown: Shown, complain: (thrown: unknown) => void, every = 600) {
    this.#client = client
    this.#shown = shown
    this.#complain = complain
    this.#later = new Throttle(every, () => this.#save())
  }

  /** Shows the board of these experiments that was looked at last. */
  async open(workspace: string, experiments: readonly string[]): Promise<void> {
    const place = `varve.board ${workspace} ${experiments.join()}`
    if (place === this.#place) return
    this.flush()
    this.#place = place
    this.#experiments = experiments
    this.loaded = false
    const signal = this.#call.next()
    try {
      const which = { experiments, filter: '', runs: [] }
      const [views, proposed] = await Promise.all([this.#client.views(this.#owner, 'charts', signal), this.#client.plots.proposed(which, 'experiment', signal)])
      this.proposed = proposed
      this.#saved = Object.fromEntries(views.map((view) => [view.name, view.value]))
      this.#list()
      const last = read(place) ?? firstName
      this.#take(last in this.#saved ? last : (this.names[0] ?? firstName))
      this.problem = undefined
      this.loaded = true
    } catch (thrown) {
      if (isAbort(thrown)) return
      this.#place = ''
      this.problem = asVarveError(thrown)
    }
  }

  /** Shows another board of the experiment. */
  choose(name: string): void {
    this.flush()
    this.#take(name)
    write(this.#place, name)
  }

  add(spec: ChartSpec): void {
    this.#set([...this.charts, placedChart(spec, this.#id())])
  }

  change(id: string, spec: ChartSpec): void {
    this.#set(this.charts.map((c) => (c.id === id ? { ...c, spec } : c)))
  }

  remove(id: string): void {
    this.#set(this.charts.filter((c) => c.id !== id))
  }

  /** Puts a chart where another stands; passing places, as while it is dragged, are one step. */
  move(id: string, to: number, passing = false): void {
    const next = movedChart(this.charts, id, to)
    if (next === this.charts) return
    if (passing) this.charts = next
    else this.#set(next)
  }

  /** Another size; passing ones, as while a corner is dragged, are one step. */
  size(id: string, width: number, height: number, passing = false): void {
    const next = this.charts.map((c) => (c.id === id ? { ...c, width: wide(width), height: tall(height) } : c))
    if (passing) this.charts = next
    else this.#set(next)
  }

  /** Begins a drag: its whole way is one step. */
  hold(): void {
    this.#remember()
  }

  undo(): void {
    const before = this.#before.pop()
    if (before === undefined) return
    this.steps = this.#before.length
    this.charts = before
    this.#changed()
  }

  /** Keeps the present charts under another name, too. */
  async saveAs(name: string): Promise<void> {
    this.flush()
    this.name = name
    this.#dirty = true
    await this.#save()
    write(this.#place, name)
  }

  /** Takes a saved board away; what is proposed comes in its place. */
  async drop(): Promise<void> {
    const { name } = this
    this.#later.cancel()
    this.#dirty = false
    await this.#client.deleteView(this.#owner, 'charts', name)
    this.#saved = Object.fromEntries(Object.entries(this.#saved).filter(([other]) => other !== name))
    this.#list()
    this.#take(this.names[0] ?? firstName)
    write(this.#place, this.name)
  }

  /** Brings a board that was taken away back. */
  async bring(name: string, charts: readonly BoardChart[]): Promise<void> {
    this.flush()
    this.charts = charts
    await this.saveAs(name)
  }

  /** What has not been saved yet is saved now. */
  flush(): void {
    this.#later.cancel()
    if (this.#dirty) void this.#save()
  }

  get saved(): boolean {
    return this.names.includes(this.name)
  }

  /** Boards of one experiment are kept with it, those of several with the workspace. */
  get #owner(): string {
    return this.#experiments.length === 1 ? (this.#experiments[0] ?? '') : ''
  }

  #id(): string {
    return `n${this.#next++}`
  }

  #list(): void {
    this.names = Object.keys(this.#saved).sort(compareNames)
  }

  #take(name: string): void {
    const board = parseBoard(this.#saved[name] ?? '')
    this.name = name
    this.charts = board?.charts.map((c) => ({ ...c, id: this.#id() })) ?? filled((this.proposed?.charts ?? []).map((spec) => placedChart(spec, this.#id())))
    if (board !== undefined) this.#shown.adopt(board.shown)
    this.#before = []
    this.steps = 0
  }

  #remember(): void {
    this.#before = [...this.#before.slice(1 - mostSteps), this.charts]
    this.steps = this.#before.length
  }

  #set(charts: readonly BoardChart[]): void {
    this.#remember()
    this.charts = charts
    this.#changed()
  }

  /** A drag has ended. */
  settle(): void {
    this.#changed()
  }

  #changed(): void {
    this.#dirty = true
    this.#later.ask()
  }

  async #save(): Promise<void> {
    if (!this.#dirty) return
    this.#dirty = false
    const value = printBoard({ charts: this.charts, shown: this.#shown.things })
    const { name } = this
    this.#saved = { ...this.#saved, [name]: value }
    this.#list()
    try {
      await this.#client.putView(this.#owner, 'charts', name, value)
    } catch (thrown) {
      this.#dirty = true
      this.#complain(thrown)
    }
  }
}
