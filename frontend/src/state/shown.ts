/** A run, or a group of runs, that is shown in the charts of its experiment. */
export interface ShownThing {
  /** Id of the run, or key of the group. */
  id: string
  name: string
  /** The run itself, or those of the group. */
  runs: readonly string[]
  /** Its colour: 0 is the first of the chart slots; from 12 on they repeat. */
  slot: number
}

/** As many series as charts colour; further ones repeat colours with dashes. */
export const slots = 12

/** The token of a slot's colour. */
export function slotColour(slot: number): string {
  return `var(--c-${(slot % slots) + 1})`
}

/** Further things beside those that are shown; each takes the first slot that is free, and keeps it. */
export function shownWith(shown: readonly ShownThing[], more: readonly Omit<ShownThing, 'slot'>[]): ShownThing[] {
  const all = [...shown]
  for (const thing of more) {
    if (all.some((other) => other.id === thing.id)) continue
    const taken = new Set(all.map((other) => other.slot))
    let slot = 0
    while (taken.has(slot)) slot++
    all.push({ ...thing, slot })
  }
  return all
}

/** The slots of things, by their ids. */
export function slotsOf(shown: readonly ShownThing[]): ReadonlyMap<string, number> {
  return new Map(shown.map((thing) => [thing.id, thing.slot]))
}

/** What was kept of the things that are shown; nothing where that cannot be read. */
export function parseShown(text: string | null): ShownThing[] {
  if (text === null) return []
  try {
    const read: unknown = JSON.parse(text)
    return Array.isArray(read) ? read.filter(isThing) : []
  } catch {
    return []
  }
}

function isThing(value: unknown): value is ShownThing {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, runs, slot } = value as Record<string, unknown>
  const texts = typeof id === 'string' && typeof name === 'string' && Array.isArray(runs) && runs.every((run) => typeof run === 'string')
  return texts && typeof slot === 'number' && Number.isInteger(slot) && slot >= 0
}
