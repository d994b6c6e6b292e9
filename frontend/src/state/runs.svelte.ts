import { noRuns, type RunOrder } from '../api/order'
import type { TableDoor } from '../api/tabledoor'
import type { Question, RunCells, RunColumn, RunFacts } from '../api/tabletypes'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Advice } from '../api/types'
import type { Batch } from '../live/batch'
import { CellStore } from './cells'
import { sameGroup } from './grouping'
import { Lines, Shape } from './lines'
import { lookOf, remember } from './looks'
import { askForRows, firstRows, howOf, questionOf, scopeOf, type RunsQuestion } from './opening'
import { difference, withoutRuns } from './orders'
import { nobody, unique } from './rows'
import { allOf, flip, idsOf, without } from './sets'
import { Latest, pause, Throttle } from './throttle'

/** Where the table is scrolled to. */
interface Place {
  top: number
  left: number
}

/** Lines that are read beyond those that are seen, on both sides. */
const margin = 40
/** How long rows have been on screen until what is not in sight gets its turn, in ms. */
const quiet = 500
/** Runs of one request. */
const window = 400

/**
 * The table of runs. The order of all of them is read at once; their cells in
 * windows, as they are seen. Values stay fresh in place; order and number stand
 * still while somebody works in the table.
 */
export class RunsTable {
  lines = $state.raw(new Lines(new Shape(noRuns, nobody), new CellStore()))
  /** Runs that match. */
  total = $state(0)
  /** Runs of the chosen experiments. */
  all = $state(0)
  /** Every column that there is, and what is the same in all runs. */
  columns = $state.raw<readonly RunColumn[]>([])
  /** Remarks on a filter that found nothing. */
  advice = $state.raw<readonly Advice[]>([])
  /** Asking a new question; old rows stay meanwhile. */
  loading = $state(true)
  /** The rows answer the present question. */
  loaded = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)
  /** Waiting behind "2 newer". */
  newer = $state(0)
  reordered = $state(false)
  /** Where the table was scrolled to, for coming back. */
  place: Place = { top: 0, left: 0 }
  /** Ids of the chosen runs, shown or not; back brings them back, too. */
  chosen = $state.raw(nobody)
  /** Groups and runs that were opened. */
  opened = $state.raw(nobody)
  /** Rises with every answer that brought other runs or another order. */
  answers = $state(0)
  /** Rises when cells of the first rows have come. */
  sampled = $state(0)
  /** Columns of which the groups that are here tell mean and spread. */
  grouped = $state.raw<readonly string[]>([])

  readonly cells = new CellStore()
  readonly #door: TableDoor
  readonly #onStatus: (before: RunFacts, now: RunFacts) => void
  readonly #question = new Latest()
  readonly #look = new Throttle(1000, () => this.#compare())
  #keeping: ReturnType<typeof setTimeout> | undefined
  #asked: RunsQuestion | undefined
  /** Experiments and filter of the columns that are here; nothing, of those that were here last time. */
  #catalogued = ''
  /** The columns are those of last time: they may be other ones by now. */
  #guessed = false
  #wanted: readonly string[] = []
  #means: readonly string[] = []
  #seen = { first: 0, end: firstRows }
  #held = false
  /** Something has changed since the order was asked for. */
  #changed = false
  #fetching = false

  constructor(door: TableDoor, onStatus: (before: RunFacts, now: RunFacts) => void) {
    this.#door = door
    this.#onStatus = onStatus
  }

  /** The question as the door reads it. */
  get question(): Question {
    return questionOf(this.#asked ?? { experiments: [], filter: '', order: '' })
  }

  /** The runs in the order in which they are shown. */
  get order(): RunOrder {
    return this.lines.shape.order
  }

  /** Shows the answer to a question; the same one again changes nothing. */
  show(question: RunsQuestion): void {
    if (this.#asked !== undefined && same(this.#asked, question) && this.problem === undefined) return
    const another = this.#asked === undefined || this.#asked.experiments.join() !== question.experiments.join()
    this.#asked = question
    this.place = { top: 0, left: another ? 0 : this.place.left }
    this.#seen = { first: 0, end: firstRows }
    if (another) {
      this.loaded = false
      // Another experiment has other runs to choose from.
      this.chosen = nobody
      this.opened = nobody
      this.#means = []
      this.#guess(question)
    }
    void this.#read()
  }

  /** Which columns are drawn, and of which groups tell mean and spread. */
  draw(columns: readonly string[], grouped: readonly string[]): void {
    this.#wanted = columns
    clearTimeout(this.#keeping)
    this.#keeping = setTimeout(() => this.#keepLook(), quiet)
    const more = grouped.some((name) => !this.#means.includes(name))
    if (more) this.#means = unique([...this.#means, ...grouped])
    if (more && this.#asked?.group !== undefined) void this.#read()
    // What is being read ends with its own cells.
    else if (!this.loading) void this.#fetch()
  }

  /** Keeps how the table looks where it begins. */
  #keepLook(): void {
    if (this.#asked === undefined || this.#catalogued !== scopeOf(this.#asked) || this.place.left > 0) return
    remember(this.#catalogued, this.#wanted, this.columns)
  }

  /** Reads everything anew, in its present order. */
  refresh(): void {
    if (this.#asked === undefined) return
    this.cells.changedAll()
    this.#catalogued = ''
    void this.#read()
  }

  /** These lines are seen: what they lack is read. */
  see(first: number, end: number): void {
    this.#seen = { first, end }
    void this.#fetch()
  }

  /** Some of the runs in the table, as they are known: the first ones. */
  near(most: number): RunFacts[] {
    const { order } = this
    const some: RunFacts[] = []
    for (let run = 0; run < Math.min(order.total, most); run++) {
      const data = this.cells.get(order.id(run))
      if (data !== undefined) some.push(data.facts)
    }
    return some
  }

  /** Opens a line that is closed, or closes it. */
  toggle(line: number): void {
    const key = this.lines.shape.key(line)
    if (key === undefined) return
    this.opened = flip(this.opened, key)
    this.#shape(this.order)
    void this.#fetch()
  }

  /** Chooses all runs that match, loaded or not; or none. */
  chooseAll(on: boolean): void {
    this.chosen = on ? allOf(this.order) : nobody
  }

  /** Takes runs out of the table before the door has said so. */
  remove(ids: ReadonlySet<string>): void {
    this.chosen = without(this.chosen, ids)
    const left = withoutRuns(this.order, ids)
    const gone = this.order.total - left.total
    this.#shape(left)
    this.total -= gone
    this.all -= gone
  }

  /** Somebody works in the table, or has left it: then what waited comes in. */
  hold(held: boolean): void {
    this.#held = held
    if (!this.#still && (this.newer > 0 || this.reordered)) void this.#read()
  }

  hear(batch: Batch): void {
    if (this.#asked === undefined) return
    if (batch.reset) {
      this.refresh()
      return
    }
    const runs = this.cells.changed(batch.runs)
    const metrics = this.cells.changed(batch.metrics)
    if (runs || metrics) void this.#fetch()
    const grouped = this.#asked.group !== undefined && this.#asked.group !== 'nested'
    if (batch.runs.size === 0 && (batch.metrics.size === 0 || !(grouped || this.#asked.order.includes('metrics.')))) return
    this.#changed = true
    this.#look.ask()
  }

  async #read(): Promise<void> {
    const asked = this.#asked
    if (asked === undefined) return
    const signal = this.#question.next()
    const over = () => this.#asked !== asked || signal.aborted
    this.loading = true
    this.#changed = false
    try {
      // Those of last time are looked at again when the rows are on screen.
      const guessed = this.#guessed
      const columns = guessed ? undefined : this.#catalogue(asked, signal)
      // Whether it fails is asked below; until then nobody does.
      columns?.catch(() => undefined)
      const wanted = this.#wanted
      const rows = askForRows(this.#door, asked, { means: this.#means, wanted, rows: this.#seen.end - this.#seen.first, signal })
      const { group } = howOf(asked, this.#means)
      const [order, right] = await Promise.all([rows.order, rows.cells?.then((cells) => this.#first(wanted, cells, signal))])
      if (!guessed || right !== true) await (columns ?? this.#catalogue(asked, signal))
      if (over()) return
      this.grouped = group?.columns ?? []
      // The first rows come with their figures, and are drawn once; those around them come after.
      if (!this.loaded) {
        this.#shape(order)
        await this.#fetch(0)
        if (over()) return
      }
      this.#take(order)
      await this.#fetch()
      this.loading = false
      this.#lookAgain()
      await pause(quiet)
      if (!over()) await this.#catalogue(asked, signal)
    } catch (thrown) {
      if (isAbort(thrown) || this.#asked !== asked) return
      this.problem = asVarveError(thrown)
      this.loading = false
    }
  }

  /** What changed while the order was read may not be in it. */
  #lookAgain(): void {
    if (this.#changed) this.#look.ask()
  }

  /** Reads which columns there are, unless these are known. */
  async #catalogue(asked: RunsQuestion, signal?: AbortSignal): Promise<void> {
    const of = scopeOf(asked)
    if (of === this.#catalogued) return
    const { columns } = await this.#door.columns({ ...this.question, order: [] }, undefined, signal)
    if (this.#asked !== asked) return
    this.columns = columns
    this.#catalogued = of
    this.#guessed = false
  }

  /** The columns of last time, until those that there are now are here. */
  #guess(question: RunsQuestion): void {
    const look = lookOf(scopeOf(question))
    this.#guessed = look !== undefined
    this.#catalogued = ''
    if (look === undefined) return
    this.columns = look.columns
    this.#wanted = look.wanted
  }

  /** Takes the cells of the first rows in, while their order is on its way; answers whether they have what was asked for. */
  #first(columns: readonly string[], answer: RunCells, signal: AbortSignal): boolean {
    if (!signal.aborted) this.#merge([], columns, answer)
    return answer.columns.some((column) => (column.numbers ?? column.texts ?? []).length > 0)
  }

  /** Reads the cells that are seen and not here, until there are none; and those of so many lines around them. */
  async #fetch(around = margin): Promise<void> {
    if (this.#fetching) return
    this.#fetching = true
    try {
      for (;;) {
        const columns = this.#wanted
        const ids = this.cells.missing(this.#near(around), columns).slice(0, window)
        if (ids.length === 0) break
        this.cells.asking(ids)
        this.#merge(ids, columns, await this.#door.cells(ids, columns))
      }
    } catch (thrown) {
      // The stream says when the door is gone; the next change asks again.
      if (!isAbort(thrown) && !this.loaded) this.problem = asVarveError(thrown)
    } finally {
      this.#fetching = false
    }
  }

  /** The runs that are seen, then those of so many lines around them. */
  #near(around: number): string[] {
    const { shape } = this.lines
    const { first, end } = this.#seen
    const ids: string[] = []
    const take = (from: number, to: number) => {
      for (let line = Math.max(0, from); line < Math.min(shape.count, to); line++) {
        const run = shape.run(line)
        if (run !== undefined) ids.push(shape.order.id(run))
      }
    }
    take(first, end)
    take(end, end + around)
    take(first - around, first)
    return ids
  }

  /** Looks whether the order would be another one by now. */
  async #compare(): Promise<void> {
    const asked = this.#asked
    if (asked === undefined || this.loading) return
    const { answers } = this
    // A question that was asked meanwhile has the newer answer.
    const over = () => this.#asked !== asked || this.loading || this.answers !== answers
    this.#changed = false
    try {
      const fresh = await this.#door.order(this.question, howOf(asked, this.#means))
      if (over()) return
      if (!this.#still) {
        this.#catalogued = ''
        await this.#catalogue(asked)
        if (over()) return
        this.#take(fresh)
        await this.#fetch()
        return
      }
      const { newer, reordered } = difference(this.order, fresh)
      this.newer = newer
      this.reordered = reordered
      this.all = fresh.head.all
      // The figures of groups change in place, as long as the groups are the same.
      if (newer === 0 && !reordered) this.#shape(fresh)
    } catch {
      // As above: a later change looks again.
    }
  }

  #take(order: RunOrder): void {
    this.#shape(order)
    this.total = order.head.total
    this.all = order.head.all
    this.advice = order.head.advice ?? []
    this.problem = undefined
    this.newer = 0
    this.reordered = false
    this.loaded = true
    this.answers++
  }

  #shape(order: RunOrder): void {
    this.lines = new Lines(new Shape(order, this.opened), this.cells)
  }

  #merge(ids: readonly string[], columns: readonly string[], answer: Awaited<ReturnType<TableDoor['cells']>>): void {
    const moved = this.cells.merge(ids, columns, answer)
    this.lines = new Lines(this.lines.shape, this.cells, this.lines)
    if (this.#areFirst(answer.runs)) this.sampled++
    for (const [before, now] of moved) this.#onStatus(before, now)
  }

  /** Whether some of these stand among the first rows, which widths and decimals are chosen by. */
  #areFirst(runs: readonly RunFacts[]): boolean {
    const { order } = this
    const ids = idsOf(runs)
    for (let run = 0; run < Math.min(60, order.total); run++) if (ids.has(order.id(run))) return true
    return false
  }

  /** Nothing may move: somebody works here, or has scrolled away from the top. */
  get #still(): boolean {
    return this.#held || this.place.top > 0
  }
}

function same(a: RunsQuestion, b: RunsQuestion): boolean {
  return a.filter === b.filter && a.order === b.order && a.experiments.join() === b.experiments.join() && sameGroup(a.group, b.group)
}
