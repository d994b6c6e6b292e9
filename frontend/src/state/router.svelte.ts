import { home, parseRoute, printRoute, type Route } from './route'

/** Called when Back or Forward lead to a page of another workspace. */
export type Strayed = (workspace: string) => void

/**
 * The address of this window, as a route. A window may show one workspace after
 * the other at the same address, and runs of one are not to be found in another:
 * so each entry of the history carries whose it is.
 */
export class Router {
  route = $state.raw<Route>(parseRoute(''))
  #workspace: string | undefined
  #strayed: Strayed = () => undefined

  /** Follows the address until the answer is called. */
  listen(): () => void {
    const read = () => this.#read()
    read()
    // Between two entries with the same address, only the state changes.
    for (const event of ['hashchange', 'popstate']) window.addEventListener(event, read)
    return () => {
      for (const event of ['hashchange', 'popstate']) window.removeEventListener(event, read)
    }
  }

  /** From now on the pages are of this workspace; entries of another lead Home. */
  of(workspace: string, strayed: Strayed): void {
    this.#workspace = workspace
    this.#strayed = strayed
    this.#read()
  }

  /** Goes somewhere; Back leads back here. */
  go(route: Route): void {
    location.hash = printRoute(route)
  }

  /** Changes the address of what is shown; Back leads to where it led before. */
  replace(route: Route): void {
    history.replaceState(history.state, '', printRoute(route))
    this.route = route
  }

  #show(route: Route): void {
    if (printRoute(route) !== printRoute(this.route)) this.route = route
  }

  #read(): void {
    const here = this.#workspace
    const whose = workspaceOf(history.state)
    if (here === undefined || whose === here) {
      this.#show(parseRoute(location.hash))
      return
    }
    this.#show(whose === undefined ? parseRoute(location.hash) : home)
    history.replaceState({ workspace: here }, '', whose === undefined ? undefined : printRoute(home))
    if (whose !== undefined) this.#strayed(whose)
  }
}

function workspaceOf(state: unknown): string | undefined {
  return typeof state === 'object' && state !== null && 'workspace' in state && typeof state.workspace === 'string' ? state.workspace : undefined
}
