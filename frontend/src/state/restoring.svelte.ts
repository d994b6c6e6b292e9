import type { Client } from '../api/client'
import type { Restoration, RestorePlan } from '../api/types'
import { Planned } from './planned.svelte'

/** The sheet that brings a version of data into a folder. */
export class Restoring extends Planned<Restoration, RestorePlan> {
  dest = $state('')

  constructor(client: Client, dataset: string, version: string) {
    super(client, client.restores(dataset, version))
  }

  /** Another folder is meant. */
  take(dest: string): void {
    this.forget()
    this.dest = dest
    if (dest.trim() !== '') void this.look(300)
  }

  /** There is something in the folder. */
  get taken(): boolean {
    return this.plan !== undefined && this.plan.over.files + this.plan.same.files + this.plan.beside.files > 0
  }

  get request(): Restoration {
    return { dest: this.dest.trim(), ...(this.taken ? { over: true } : {}) }
  }
}
