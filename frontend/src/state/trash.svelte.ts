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
    return batch.experiments || batch.runs.size > 0
  }

  /** Takes things out of the trash. */
  async restore(things: readonly Trashed[]): Promise<void> {
    try {
      for (const thing of things) await (thing.run === undefined ? this.client.untrashExperiment(thing.experiment) : this.client.untrash(thing.run))
    } finally {
      await this.load()
    }
  }
}

/** Names a thing in the trash, among all. */
export function keyOf(thing: Trashed): string {
  return thing.run ?? `experiment ${thing.experiment}`
}

/** What is asked of the door to delete these for good. */
export function purgeOf(things: readonly Trashed[]): Purge {
  return {
    runs: things.flatMap((thing) => thing.run ?? []),
    experiments: things.filter((thing) => thing.run === undefined).map((thing) => thing.experiment),
  }
}

/** Says how much that is: 2 experiments, 14 runs and 1 model. */
export function amount(of: { runs: readonly unknown[]; experiments: readonly unknown[]; models?: readonly unknown[] }): string {
  const parts: (readonly [number, string])[] = [
    [of.experiments.length, 'experiment'],
    [of.runs.length, 'run'],
    [of.models?.length ?? 0, 'model'],
  ]
  return listed(parts.filter(([n]) => n > 0).map(([n, thing]) => plural(n, thing)))
}
