import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Job, Look } from '../api/types'
import { Latest } from './throttle'

/**
 * The sheet that says what will happen with a path that was dropped, chosen or
 * pasted, before it happens.
 */
export class Intake {
  open = $state(false)
  /** Several things were dropped: one of them is chosen first. */
  offered = $state.raw<readonly string[]>([])
  path = $state('')
  name = $state('')
  /** A name that a person wrote is not replaced by a proposal. */
  named = $state(false)
  message = $state('')
  look = $state.raw<Look | undefined>(undefined)
  looking = $state(false)
  adding = $state(false)
  problem = $state.raw<VarveError | undefined>(undefined)
  /** The data set whose page is shown. */
  page = $state('')
  /** The data set whose page the sheet was opened from: its next version. */
  into = $state('')

  readonly #client: Client
  readonly #call = new Latest()

  constructor(client: Client) {
    this.#client = client
  }

  /** Opens the sheet without a path. */
  begin(into = ''): void {
    this.#call.cancel()
    this.open = true
    this.offered = []
    this.path = ''
    this.name = into
    this.named = into !== ''
    this.into = into
    this.message = ''
    this.look = undefined
    this.looking = false
    this.problem = undefined
  }

  /** Opens the sheet with what was dropped. */
  offer(paths: readonly string[]): void {
    const [first] = paths
    if (first === undefined) return
    this.begin(this.open ? this.into : this.page)
    if (paths.length > 1) this.offered = paths
    else void this.take(first)
  }

  /** The data set whose page is shown: a drop there is its next version. */
  onPage(dataset: string): void {
    this.page = dataset
  }

  /** Looks at a path. */
  async take(path: string): Promise<void> {
    this.path = path
    this.look = undefined
    this.problem = undefined
    if (path.trim() === '') {
      this.#call.cancel()
      this.looking = false
      return
    }
    this.looking = true
    try {
      const look = await this.#client.look(path.trim(), this.#call.next())
      this.look = look
      if (!this.named) this.name = look.name
      this.looking = false
    } catch (thrown) {
      if (isAbort(thrown)) return
      this.looking = false
      this.problem = asVarveError(thrown)
    }
  }

  /** Adds what was looked at; undefined when it was refused, and the sheet says why. */
  async add(): Promise<Job | undefined> {
    if (this.look === undefined || this.adding) return undefined
    this.adding = true
    this.problem = undefined
    try {
      const job = await this.#client.add(this.name.trim(), this.look.path, this.message.trim())
      this.close()
      return job
    } catch (thrown) {
      this.problem = asVarveError(thrown)
      return undefined
    } finally {
      this.adding = false
    }
  }

  close(): void {
    this.#call.cancel()
    this.open = false
  }
}
