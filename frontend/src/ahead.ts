import { askEarly, root } from './api/early'
import { TableDoor } from './api/tabledoor'
import { codeIn } from './state/code'
import { lookOf } from './state/looks'
import { askForRows, questionOf, scopeOf } from './state/opening'
import { parseRoute, printRoute, type Route, type RunsRoute } from './state/route'
import { scripts } from './views/scripts'

/**
 * What an address needs is fetched before there are scripts to show it: the
 * script of its page, and what the table of runs asks first. The answer is a
 * session that is being opened, if the address carries a code.
 */
export function ahead(hash: string): Promise<void> | undefined {
  const given = codeIn(hash)
  const route = given?.page ?? parseRoute(hash)
  // Whoever shows it asks again, and says what is wrong.
  if (route.place !== 'unknown') scripts[route.place]().catch(() => undefined)
  if (given === undefined) {
    askFor(route)
    return undefined
  }
  // The code works once; whatever comes of it, it must not stay in the address.
  history.replaceState(history.state, '', printRoute(route))
  return handIn(given.code).then(() => askFor(route))
}

/** Of a used or old code the workspace says what to do, when it is asked. */
async function handIn(code: string): Promise<void> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code }) }
  await fetch(`${root}/session`, init).catch(() => undefined)
}

function askFor(route: Route): void {
  if (route.place === 'runs') askForTable(route)
}

function askForTable(route: RunsRoute): void {
  const door = new TableDoor({ raw: (path, init) => (askEarly(path, init), never) })
  const look = lookOf(scopeOf(route))
  if (look === undefined) void door.columns({ ...questionOf(route), order: [] })
  askForRows(door, route, { wanted: look?.wanted ?? [] })
}

/** The answer is for somebody else. */
const never = new Promise<never>(() => undefined)
