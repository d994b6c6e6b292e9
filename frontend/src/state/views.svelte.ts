import type { TableDoor } from '../api/tabledoor'
import type { SavedView } from '../api/tabletypes'
import type { Batch } from '../live/batch'
import { read, write } from './kept'
import { parseLayout, type Layout } from './layout'
import { parseView, printView, type TableView } from './savedview'
import { Latest, Throttle } from './throttle'

/** Milliseconds between two counts of the runs of all views, while runs go on. */
const countEvery = 2000

/** A saved view, read. */
export interface NamedView {
  name: string
  view: TableView
}

/**
 * How the table of an experiment is laid out, and the views that were saved with
 * it. Widths and order of columns are kept by this browser until they are saved.
 */
export class Views {
  /** Views of the experiment, by name. */
  saved = $state.raw<readonly NamedView[]>([])
  /** How many runs each view has, by name. */
  counts = $state.raw<Readonly<Record<string, number>>>({})
  /** The view whose menu is open. */
  meant = ''
  #layout = $state.raw<Layout>([])
  #scope = ''
  #experiment = ''
  #experiments: readonly string[] = []
  #name = ''
  readonly #door: TableDoor
  readonly #call = new Latest()
  readonly #counting = new Latest()
  readonly #again = new Throttle(countEvery, () => this.#count())

  constructor(door: TableDoor) {
    this.#door = door
  }

  /** The experiment whose views these are; none stands for the workspace. */
  get experiment(): string {
    return this.#experiment
  }

  get layout(): Layout {
    return this.#layout
  }
  set layout(layout: Layout) {
    this.#layout = layout
    write(this.#key, JSON.stringify(layout))
  }

  /** From now on the views of these experiments of this workspace are meant, and of them the one of this name. */
  of(workspace: string, experiments: readonly string[], name: string): void {
    const scope = `${workspace} ${experiments.join()}`
    const another = scope !== this.#scope
    if (!another && name === this.#name) return
    this.#scope = scope
    this.#name = name
    this.#experiments = experiments
    this.#experiment = experiments.length === 1 ? (experiments[0] ?? '') : ''
    this.#take()
    if (another) {
      this.saved = []
      this.counts = {}
      void this.#load()
    }
  }

  hear(batch: Batch): void {
    if (this.#scope === '') return
    if (batch.experiments || batch.reset) void this.#load()
    else if (this.saved.length > 0 && (batch.runs.size > 0 || batch.metrics.size > 0)) this.#again.ask()
  }

  /** Saves a view under a name; answers what was saved under it before. */
  async save(name: string, view: TableView): Promise<TableView | undefined> {
    const before = this.saved.find((one) => one.name === name)?.view
    await this.#door.saveView(this.#experiment, name, printView(view))
    write(this.#keyOf(name), '')
    await this.#load()
    return before
  }

  async rename(name: string, to: string): Promise<void> {
    await this.#door.renameView(this.#experiment, name, to)
    await this.#load()
  }

  async delete(name: string): Promise<void> {
    await this.#door.deleteView(this.#experiment, name)
    write(this.#keyOf(name), '')
    await this.#load()
  }

  /** Gives up what was changed since the view was saved. */
  reset(): void {
    write(this.#key, '')
    this.#take()
  }

  async #load(): Promise<void> {
    try {
      const views = await this.#door.views(this.#experiment, this.#call.next())
      this.saved = views.map(named)
      this.#take()
      this.#again.ask()
    } catch {
      // Tabs are a help only: the table says what is wrong with the door.
    }
  }

  /** Counts the runs of all views at once. */
  async #count(): Promise<void> {
    const views = this.saved
    if (views.length === 0) return
    const questions = views.map(({ view }) => ({ experiments: [...this.#experiments], filter: view.filter, order: [] }))
    try {
      const counts = await this.#door.counts(questions, this.#counting.next())
      this.counts = Object.fromEntries(views.flatMap(({ name }, i) => ((counts[i] ?? -1) < 0 ? [] : [[name, counts[i] ?? 0]])))
    } catch {
      // A tab without a number is a tab.
    }
  }

  /** The layout of the view that is shown: as it was changed here, else as it was saved. */
  #take(): void {
    const kept = read(this.#key)
    const saved = this.saved.find((one) => one.name === this.#name)?.view.layout ?? []
    this.#layout = kept === null || kept === '' ? saved : parseLayout(parsed(kept))
  }

  get #key(): string {
    return this.#keyOf(this.#name)
  }

  #keyOf(name: string): string {
    return `varve.columns ${this.#scope} ${name}`
  }
}

function named({ name, value }: SavedView): NamedView {
  return { name, view: parseView(value) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
