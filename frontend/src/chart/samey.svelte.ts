import { joined, type Extent } from './extent'

/** What the y axes of charts beside each other have in common: those of one metric reach equally far. */
export class SameY {
  #told = $state.raw<Readonly<Record<string, { topic: string; extent: Extent }>>>({})

  /** A chart says how far it reaches; without an extent it is gone, or shows no metric. */
  tell(chart: string, topic: string | undefined, extent: Extent | undefined): void {
    const before = this.#told[chart]
    if (before?.topic === topic && before?.extent[0] === extent?.[0] && before?.extent[1] === extent?.[1]) return
    const others = Object.fromEntries(Object.entries(this.#told).filter(([id]) => id !== chart))
    this.#told = topic === undefined || extent === undefined ? others : { ...others, [chart]: { topic, extent } }
  }

  /** How far the axes of a topic reach; undefined for one that stands alone. */
  of(topic: string | undefined): Extent | undefined {
    const all = Object.values(this.#told).filter((one) => one.topic === topic)
    return all.length > 1 ? joined(all.map((one) => one.extent)) : undefined
  }
}
