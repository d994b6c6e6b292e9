import type { Client } from '../api/client'
import { asVarveError, isAbort, type VarveError } from '../api/errors'
import type { Artifact } from '../api/types'
import { lastName, compareNames } from '../format/words'
import { Turns } from './throttle'

/** A line of the tree of artifacts. */
export interface ArtifactLine {
  artifact: Artifact
  name: string
  depth: number
  open: boolean
}

/** The artifacts of a run, folder by folder as they are opened. */
export class ArtifactTree {
  problem = $state.raw<VarveError | undefined>(undefined)
  loaded = $state(false)
  /** What each opened folder holds; '' is the root. */
  #folders = $state.raw<Readonly<Record<string, readonly Artifact[]>>>({})
  #open = $state.raw<readonly string[]>([])

  readonly lines = $derived(this.#walk('', 0))
  readonly #client: Client
  readonly #run: string
  readonly #turns = new Turns()

  constructor(client: Client, run: string) {
    this.#client = client
    this.#run = run
  }

  async load(): Promise<void> {
    await Promise.all(['', ...this.#open].map((path) => this.#read(path)))
    this.loaded = true
  }

  /** Opens every folder on the way to a path, and what is there, if it is one. */
  async reveal(path: string): Promise<void> {
    const parts = path.split('/').slice(0, -1)
    for (let i = 1; i <= parts.length; i++) await this.setOpen(parts.slice(0, i).join('/'), true)
    if (this.find(path)?.folder === true) await this.setOpen(path, true)
  }

  async setOpen(path: string, open: boolean): Promise<void> {
    this.#open = open ? [...this.#open.filter((p) => p !== path), path] : this.#open.filter((p) => p !== path)
    if (open && this.#folders[path] === undefined) await this.#read(path)
  }

  find(path: string): Artifact | undefined {
    return Object.values(this.#folders)
      .flat()
      .find((a) => a.path === path)
  }

  async #read(path: string): Promise<void> {
    const newest = this.#turns.next(path)
    try {
      const list = await this.#client.artifacts(this.#run, path)
      if (!newest()) return
      const sorted = [...list].sort((a, b) => Number(b.folder) - Number(a.folder) || compareNames(a.path, b.path))
      this.#folders = { ...this.#folders, [path]: sorted }
      this.problem = undefined
    } catch (thrown) {
      if (!isAbort(thrown)) this.problem = asVarveError(thrown)
    }
  }

  #walk(path: string, depth: number): ArtifactLine[] {
    return (this.#folders[path] ?? []).flatMap((artifact) => {
      const open = artifact.folder && this.#open.includes(artifact.path)
      const line = { artifact, name: lastName(artifact.path), depth, open }
      return [line, ...(open ? this.#walk(artifact.path, depth + 1) : [])]
    })
  }
}
