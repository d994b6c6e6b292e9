import type { Purge, Trashed } from '../api/types'
import { listed, plural } from '../format/words'
import type { Batch } from '../live/batch'
import { Listing } from './listing.svelte'

/** What lies in the trash. */
export class Trash extends Listing<Trashed> {
  protected override read(signal: AbortSignal): Promise<readonly Trashed[]> {
    return this.client.bin.things(signal)
  }

  protected override concerns(batch: Batch): boolean {
    return batch.experiments || batch.registry || batch.runs.size > 0
  }

  /** Takes things out of the trash. */
  async restore(things: readonly Trashed[]): Promise<void> {
    try {
      for (const thing of things.filter((one) => one.registered === undefined)) {
        await (thing.run === undefined ? this.client.untrashExperiment(thing.experiment) : this.client.untrash(thing.run))
      }
      const registry = registryOf(things)
      if (registry.registered.length + registry.versions.length > 0) await this.client.bin.restore(registry)
    } finally {
      await this.load()
    }
  }
}

/** Names a thing in the trash, among all. */
export function keyOf(thing: Trashed): string {
  return thing.run ?? thing.version ?? thing.registered ?? `experiment ${thing.experiment}`
}

/** Which of them are registered models, and which are versions of one. */
function registryOf(things: readonly Trashed[]): { registered: string[]; versions: string[] } {
  return {
    registered: things.flatMap((thing) => (thing.version === undefined ? (thing.registered ?? []) : [])),
    versions: things.flatMap((thing) => thing.version ?? []),
  }
}

/** What is asked of the door to delete these for good. */
export function purgeOf(things: readonly Trashed[]): Purge {
  return {
    runs: things.flatMap((thing) => thing.run ?? []),
    experiments: things.filter((thing) => thing.run === undefined && thing.registered === undefined).map((thing) => thing.experiment),
    ...registryOf(things),
  }
}

/** Says how much that is: 2 experiments, 14 runs and 1 model. */
export function amount(of: {
  runs: readonly unknown[]
  experiments: readonly unknown[]
  models?: readonly unknown[]
  registered?: readonly unknown[]
  versions?: readonly unknown[]
}): string {
  const parts: (readonly [number, string])[] = [
    [of.experiments.length, 'experiment'],
    [of.runs.length, 'run'],
    [of.models?.length ?? 0, 'model'],
    [of.registered?.length ?? 0, 'registered model'],
    [of.versions?.length ?? 0, 'version'],
  ]
  return listed(parts.filter(([n]) => n > 0).map(([n, thing]) => plural(n, thing)))
}
