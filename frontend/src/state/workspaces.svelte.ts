import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Native } from '../api/native'
import type { KnownWorkspace } from '../api/types'
import { baseName } from '../format/words'
import type { Toasts } from './toasts.svelte'

/** Asks for the folder of a workspace that is opened, or made. */
export interface WorkspaceSheet {
  create: boolean
  path: string
  /** Why the path did not do. */
  problem: VarveError | undefined
}

/** Where the pages go when another workspace is there: to an address, or to their own beginning. */
export type Leave = (address: string | undefined) => void

interface Partners {
  client: Client
  native: Native | undefined
  toasts: Toasts
  leave: Leave
}

/** The workspaces of this computer, and the way from one to another. */
export class Workspaces {
  all = $state.raw<readonly KnownWorkspace[]>([])
  /** Why the list could not be read. */
  unread = $state('')
  sheet = $state.raw<WorkspaceSheet | undefined>(undefined)
  /** The name of the one that is being opened. */
  opening = $state('')

  readonly #with: Partners

  constructor(partners: Partners) {
    this.#with = partners
  }

  /** The others, the last opened first. */
  get others(): readonly KnownWorkspace[] {
    return this.all.filter((w) => !w.here)
  }

  async load(): Promise<void> {
    try {
      const { workspaces, problem } = await this.#with.client.workspaces()
      this.all = workspaces
      this.unread = problem ?? ''
    } catch (thrown) {
      if (!isAbort(thrown)) this.unread = asVarveError(thrown).message
    }
  }

  /** Asks which one to open: in the window by a dialog of the system, in a browser for its path. */
  async choose(): Promise<void> {
    const { native } = this.#with
    if (native === undefined) {
      this.ask(false)
      return
    }
    try {
      const path = await native.choose('folder', 'Open a workspace')
      if (path !== undefined) await this.open(path)
    } catch (thrown) {
      this.#complain(thrown)
    }
  }

  /** Asks where to make a new one. */
  create(beside: string): void {
    const slash = beside.includes('\\') && !beside.includes('/') ? '\\' : '/'
    this.ask(true, beside === '' ? '' : beside.slice(0, beside.lastIndexOf(slash) + 1))
  }

  /** Opens the sheet. */
  ask(create: boolean, path = '', problem?: VarveError): void {
    this.sheet = { create, path, problem }
  }

  /** Opens a workspace, or makes one; what stands in the way is said in the sheet. */
  async open(path: string, create = false): Promise<void> {
    if (this.opening !== '') return
    this.opening = baseName(path) || path
    try {
      await this.#go(path, create)
    } catch (thrown) {
      if (!isAbort(thrown)) this.ask(create, path, asVarveError(thrown))
      void this.load()
    }
    this.opening = ''
  }

  async #go(path: string, create: boolean): Promise<void> {
    const { client, native, toasts, leave } = this.#with
    if (native === undefined) {
      const { address } = await client.openWorkspace(path, create)
      leave(address)
    } else if ((await native.workspace(path, create)).raised) {
      toasts.say(`${this.opening} has a window of its own, which is in front now.`)
    } else leave(undefined)
    this.sheet = undefined
  }

  /** Takes one off the list, and offers the way back; its folder is left alone. */
  async forget(known: KnownWorkspace): Promise<void> {
    const { client, toasts } = this.#with
    const back = async () => {
      await client.keepWorkspace(known.path, known.opened)
      await this.load()
      toasts.speak(`${known.name} is on the list again`)
    }
    this.all = this.all.filter((w) => w.path !== known.path)
    try {
      await client.forgetWorkspace(known.path)
      toasts.say(`${known.name} is off the list. Its folder stays as it is.`, { label: 'Undo', run: () => void back().catch((thrown: unknown) => this.#complain(thrown)) })
    } catch (thrown) {
      this.#complain(thrown)
      await this.load()
    }
  }

  #complain(thrown: unknown): void {
    if (isAbort(thrown)) return
    const { message, hint } = asVarveError(thrown)
    this.#with.toasts.say([message, hint].filter((s) => s !== undefined && s !== '').join(' '), undefined, true)
  }
}
