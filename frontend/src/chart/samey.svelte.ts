import { untrack } from 'svelte'
import { joined, type Extent } from './extent'

/** What the y axes of charts beside each other have in common: those of one metric reach equally far. */
export class SameY {
  #told = $state.raw<Readonly<Record<string, { topic: string; extent: Extent }>>>({})

  /** A chart says how far it reaches; without an extent it is gone, or shows no metric. */
  tell(chart: string, topic: string | undefined, extent: Extent | undefined): void {
    // Whoever tells does not ask: it must not be called again by what it tells.
    const told = untrack(() => this.#told)
    const before = told[chart]
    const gone = topic === undefined || extent === undefined
    if (gone ? before === undefined : before?.topic === topic && before.extent[0] === extent[0] && before.extent[1] === extent[1]) return
    const others = Object.fromEntries(Object.entries(told).filter(([id]) => id !== chart))
    this.#told = gone ? others : { ...others, [chart]: { topic, extent } }
  }

  /** How far the axes of a topic reach; undefined for one that stands alone. */
  of(topic: string | undefined): Extent | undefined {
    const all = Object.values(this.#told).filter((one) => one.topic === topic)
    return all.length > 1 ? joined(all.map((one) => one.extent)) : undefined
  }
}
