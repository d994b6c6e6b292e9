import type { Client } from '../api/client'
import { asVarveError, isAbort, VarveError } from '../api/errors'
import type { Import, ImportKind, ImportPlan, ImportResult, Job } from '../api/types'
import { Latest, pause } from './throttle'

/** How long it takes until the state of a look is asked for again, in ms. */
const again = 250

/** The sheet that brings in runs of another program: what it would do, and then that it does it. */
export class Importing {
  open = $state(false)
  /** Path, or address of a server. */
  from = $state('')
  /** A server is meant. */
  server = $state(false)
  into = $state('')
  reference = $state(false)
  sheet = $state('')
  experiment = $state('')
  /** What a person has chosen for columns, by their names. */
  columns = $state.raw<Readonly<Record<string, ImportKind>>>({})
  plan = $state.raw<ImportPlan | undefined>(undefined)
  looking = $state(false)
  /** What the look is at. */
  note = $state('')
  starting = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)

  /** Imports that were undone here. */
  undone = $state.raw<readonly string[]>([])

  readonly #client: Client
  readonly #call = new Latest()

  constructor(client: Client) {
    this.#client = client
  }

  /** Opens the sheet, with a path if there is one. */
  begin(from = '', server = false): void {
    this.close()
    this.open = true
    this.server = server
    this.into = ''
    this.reference = false
    this.#clear(from)
    if (from !== '') void this.look()
  }

  /** Another path or address is meant. */
  take(from: string): void {
    this.#call.cancel()
    this.#clear(from)
    this.looking = false
    if (from.trim() !== '') void this.look()
  }

  #clear(from: string): void {
    this.from = from
    this.sheet = ''
    this.experiment = ''
    this.columns = {}
    this.plan = undefined
    this.problem = undefined
  }

  /** Another sheet of a workbook has other columns. */
  chooseSheet(sheet: string): void {
    this.sheet = sheet
    this.columns = {}
    void this.look()
  }

  choose(column: string, kind: ImportKind): void {
    this.columns = { ...this.columns, [column]: kind }
    void this.look()
  }

  /** What is asked for. */
  get request(): Import {
    const table = { sheet: this.sheet, experiment: this.experiment.trim(), columns: this.columns }
    const chosen = this.plan?.table !== undefined || this.sheet !== '' || Object.keys(this.columns).length > 0
    return {
      from: this.from.trim(),
      ...(this.into.trim() === '' ? {} : { into: this.into.trim() }),
      ...(this.reference && this.plan?.local === true ? { reference: true } : {}),
      ...(chosen && !this.server ? { table } : {}),
    }
  }

  /** Finds out what the import would do. */
  async look(): Promise<void> {
    const signal = this.#call.next()
    this.looking = true
    this.note = ''
    this.problem = undefined
    let id = ''
    try {
      let job = await this.#client.imports.look(this.request, signal)
      id = job.id
      while (job.state === 'running') {
        this.note = job.note ?? ''
        await pause(again)
        job = await this.#client.imports.job(id, signal)
      }
      if (job.state !== 'done') throw new VarveError(job.problem ?? { title: 'It was cancelled.' })
      this.plan = JSON.parse(job.result ?? '') as ImportPlan
      this.looking = false
    } catch (thrown) {
      if (isAbort(thrown)) {
        // Nobody waits for it any more.
        if (id !== '') this.#client.cancel(id).catch(() => undefined)
        return
      }
      this.looking = false
      this.problem = asVarveError(thrown)
    }
  }

  /** Begins the import; undefined when it was refused, and the sheet says why. */
  async start(): Promise<Job | undefined> {
    if (this.plan === undefined || this.looking || this.starting) return undefined
    this.starting = true
    this.problem = undefined
    try {
      const job = await this.#client.imports.take(this.request)
      this.close()
      return job
    } catch (thrown) {
      this.problem = asVarveError(thrown)
      return undefined
    } finally {
      this.starting = false
    }
  }

  close(): void {
    this.#call.cancel()
    this.looking = false
    this.open = false
  }
}

/** What an import did; undefined for other jobs. */
export function importResult(job: Job): ImportResult | undefined {
  if (job.kind !== 'import.take' || job.state !== 'done' || job.result === undefined || job.result === '') return undefined
  return JSON.parse(job.result) as ImportResult
}
