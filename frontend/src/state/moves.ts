import type { Client } from '../api/client'
import type { RunRow } from '../api/types'
import { plural } from '../format/words'
import type { App } from './app'
import { idFilter, nestedFilter } from './rows'

/** Where a run lies, and how deep it is nested in others that are moved with it. */
export interface Place {
  run: string
  experiment: string
  depth: number
}

/** Ids in one question. */
const most = 200
/** Runs nest as deep as people make them; beyond this something is wrong with them. */
const deepest = 100

/** Moves runs with those nested in them; the toast brings each back to where it was. */
export async function moveRuns(app: App, runs: readonly string[], to: { id: string; name: string }): Promise<boolean> {
  return app.attempt(async () => {
    const places = await placesOf(app.client, runs)
    const moved = await app.client.moveRuns(runs, to.id)
    settle(app)
    const undo = () =>
      void app.attempt(async () => {
        for (const { experiment, runs } of waysBack(places)) await app.client.moveRuns(runs, experiment)
        settle(app)
        app.toasts.speak(`${plural(moved, 'run')} moved back`)
      })
    const name = moved === 1 ? places.find((p) => p.run === runs[0])?.name : undefined
    if (moved === 0) app.toasts.say(`${runs.length === 1 ? 'The run is' : 'The runs are'} in ${to.name} already`)
    else app.toasts.say(`${name ?? plural(moved, 'run')} moved to ${to.name}`, { label: 'Undo', run: undo })
  })
}

/**
 * What has to be moved where to undo a move, in this order: a run takes along
 * those nested in it, so they come after it, each to its own place.
 */
export function waysBack(places: readonly Place[]): { experiment: string; runs: string[] }[] {
  const ways = new Map<string, { experiment: string; runs: string[] }>()
  for (const { run, experiment, depth } of [...places].sort((a, b) => a.depth - b.depth)) {
    const way = ways.get(`${depth} ${experiment}`) ?? { experiment, runs: [] }
    way.runs.push(run)
    ways.set(`${depth} ${experiment}`, way)
  }
  return [...ways.values()]
}

/** Where runs and all that are nested in them lie now. */
async function placesOf(client: Client, runs: readonly string[]): Promise<(Place & { name: string })[]> {
  const places = new Map<string, Place & { name: string }>()
  let wave = await found(client, runs, idFilter)
  for (let depth = 0; wave.length > 0 && depth < deepest; depth++) {
    for (const { id, experiment, name } of wave) places.set(id, { run: id, experiment, depth, name })
    const ids = wave.map((row) => row.id)
    wave = await found(client, ids, nestedFilter)
  }
  return [...places.values()]
}

/** All rows that the filters of ids find, a part of the ids at a time. */
async function found(client: Client, ids: readonly string[], filterOf: (ids: readonly string[]) => string): Promise<RunRow[]> {
  const rows: RunRow[] = []
  for (let at = 0; at < ids.length; at += most) {
    const query = { experiments: [], filter: filterOf(ids.slice(at, at + most)), order: [], limit: 1000 }
    let page = await client.runs(query)
    rows.push(...page.runs)
    while (page.cursor !== undefined && page.cursor !== '') {
      page = await client.runs({ ...query, cursor: page.cursor })
      rows.push(...page.runs)
    }
  }
  return rows
}

/** Shows what is where now. */
function settle(app: App): void {
  app.runs.refresh()
  void app.workspace.load()
}
