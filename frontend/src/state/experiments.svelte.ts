import type { Client } from '../api/client'
import { plural } from '../format/words'
import type { App } from './app'
import { setExperimentNote } from './edits'
import { experimentsIn, type Branch } from './tree'

/** What is done with experiments in a sheet. */
export type ExperimentsSheet =
  | { kind: 'name'; branch: Branch }
  | { kind: 'about'; id: string; name: string }
  | { kind: 'merge'; id: string; name: string; runs: number }
  | { kind: 'copy'; runs: readonly string[] }

/** The default experiment exists in every workspace, and stays. */
export const defaultExperiment = '0'

/** Runs that are moved back in one request. */
const most = 1000

/** What can be done with experiments and their folders. Each change has a way back. */
export class Experiments {
  sheet = $state.raw<ExperimentsSheet | undefined>(undefined)

  readonly #app: App
  readonly #client: Client

  constructor(app: App) {
    this.#app = app
    this.#client = app.client
  }

  close(): void {
    this.sheet = undefined
  }

  /** Gives an experiment, or a folder with all that is in it, another name or place. */
  rename(branch: Branch, name: string): Promise<boolean> {
    const { experiment, path } = branch
    const act = async () => {
      if (experiment !== undefined && branch.children.length === 0) {
        await this.#client.renameExperiment(experiment.id, name)
        this.#say(`${experiment.name} is now ${name}`, () => this.#client.renameExperiment(experiment.id, experiment.name))
        return
      }
      const renamed = await this.#client.moveFolder(path, name)
      this.#say(`${path} is now ${name}, with ${plural(renamed.length, 'experiment')}`, async () => {
        for (const { id, before } of renamed) await this.#client.renameExperiment(id, before)
      })
    }
    return this.#app.attempt(act)
  }

  /** Puts a branch into a folder; the empty one is the top. */
  move(branch: Branch, folder: string): Promise<boolean> {
    const name = folder === '' ? branch.label : `${folder}/${branch.label}`
    return name === branch.path ? Promise.resolve(true) : this.rename(branch, name)
  }

  /** Moves all runs of an experiment into another one, and throws the empty one away. */
  merge(from: { id: string; name: string }, into: { id: string; name: string }): Promise<boolean> {
    return this.#app.attempt(async () => {
      const runs = await this.#client.mergeExperiments(from.id, into.id)
      this.#say(`${plural(runs.length, 'run')} of ${from.name} went to ${into.name}`, async () => {
        if (from.id !== defaultExperiment) await this.#client.untrashExperiment(from.id)
        for (let at = 0; at < runs.length; at += most) await this.#client.moveRuns(runs.slice(at, at + most), from.id, true)
      })
    })
  }

  /** Copies runs that have ended; the copies can be thrown away again. */
  copy(runs: readonly string[], to: { id: string; name: string }): Promise<boolean> {
    return this.#app.attempt(async () => {
      const copies = await this.#client.copyRuns(runs, to.id)
      this.#say(`${plural(copies.length, 'run')} copied to ${to.name}`, () => Promise.all(copies.map((id) => this.#client.trash(id))))
    })
  }

  /** Puts the experiments of a branch, with their runs, into the trash. */
  trash(branch: Branch): Promise<boolean> {
    const ids = experimentsIn(branch).filter((id) => id !== defaultExperiment)
    return this.#app.attempt(async () => {
      for (const id of ids) await this.#client.trashExperiment(id)
      this.#say(`${branch.path} in the trash, with its runs`, () => Promise.all(ids.map((id) => this.#client.untrashExperiment(id))))
    })
  }

  note(id: string, now: string | undefined, before: string | undefined): Promise<boolean> {
    return setExperimentNote(this.#app, id, now, before)
  }

  /** Says what was done, and offers the way back. */
  #say(words: string, back: () => Promise<unknown>): void {
    this.#settle()
    const undo = () =>
      void this.#app.attempt(async () => {
        await back()
        this.#settle()
      })
    this.#app.toasts.say(words, { label: 'Undo', run: undo })
  }

  #settle(): void {
    this.#app.runs.refresh()
    void this.#app.workspace.load()
  }
}
