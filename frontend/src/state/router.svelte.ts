import { parseRoute, printRoute, type Route } from './route'

/** The address of this window, as a route. */
export class Router {
  route = $state.raw<Route>(parseRoute(''))

  /** Follows the address until the answer is called. */
  listen(): () => void {
    const read = () => {
      this.route = parseRoute(location.hash)
    }
    read()
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
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
}
