import type { ShownThing } from './shown'

/**
 * The colours of what is shown, from 1, by id of its series. A group that is
 * shown colours its runs, too, where charts have a line or point for each.
 */
export function slotsOf(things: readonly ShownThing[]): Record<string, number> {
  const slots: Record<string, number> = {}
  for (const thing of things) if (thing.runs.length === 1) slots[thing.runs[0] ?? ''] = thing.slot + 1
  for (const thing of things) for (const run of thing.runs) slots[run] ??= thing.slot + 1
  for (const thing of things) slots[thing.id] = thing.slot + 1
  return slots
}

/** The colours that charts are asked for with; undefined leaves them to the owner, until somebody has chosen. */
export function slotsFor(shown: { things: readonly ShownThing[]; fresh: boolean }): Record<string, number> | undefined {
  if (shown.things.length > 0) return slotsOf(shown.things)
  return shown.fresh ? undefined : {}
}
