import type { App } from '../../state/app'
import type { ShownThing } from '../../state/shown'
import { shortName } from './groups'

/** As many runs as are put into charts one by one; groups count as one. */
const most = 50

type Thing = Omit<ShownThing, 'slot'>

/** What is put into charts for some runs: groups of which all are meant, and the others by themselves. */
export function thingsOf(app: App, ids: readonly string[]): Thing[] {
  const { shape } = app.runs.lines
  const left = new Set(ids)
  const things: Thing[] = []
  for (const group of shape.order.head.groups ?? []) {
    const members = shape.members(group)
    if (members.length === 0 || !members.every((id) => left.has(id))) continue
    for (const id of members) left.delete(id)
    things.push({ id: group.id, name: shortName(group, shape.order.head.keys ?? []) || 'all runs', runs: members })
  }
  for (const id of left) things.push({ id, name: app.runs.cells.get(id)?.facts.name ?? id.slice(0, 8), runs: [id] })
  return things
}

/** Whether all of what is meant is shown in charts. */
export function charted(app: App, ids: readonly string[], line: number | undefined): boolean {
  const things = meant(app, ids, line)
  return things.length > 0 && things.every((thing) => app.shown.slotOf(thing.id) !== undefined)
}

/** Shows runs in charts, or hides them if all of them are shown. */
export function toggleCharts(app: App, ids: readonly string[], line: number | undefined): void {
  const things = meant(app, ids, line)
  if (things.length > most) app.toasts.say(`At most ${most} runs or groups are shown in charts at once. Choose fewer, or group them.`)
  else app.shown.toggle(things)
}

/** Of a single run in an open group, the run; of a group, the group. */
function meant(app: App, ids: readonly string[], line: number | undefined): Thing[] {
  const things = thingsOf(app, ids)
  const [only] = ids
  // A group of one run is the run itself, where the cursor is on the run.
  if (ids.length === 1 && line !== undefined && only !== undefined && app.runs.lines.shape.group(line) === undefined) {
    return [{ id: only, name: app.runs.cells.get(only)?.facts.name ?? only.slice(0, 8), runs: [only] }]
  }
  return things
}
