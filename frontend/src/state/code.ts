import { allRuns, parseRoute, type Route } from './route'

/** A code that opens a session, once, and the page that it was given for; undefined if an address has none. */
export function codeIn(hash: string): { code: string; page: Route } | undefined {
  const [, code, page] = /^#code=([^&]+)(?:&page=(.+))?$/.exec(hash) ?? []
  if (code === undefined) return undefined
  return { code: decoded(code), page: page === undefined ? allRuns : parseRoute(`#${page}`) }
}

/** A code that was cut on its way opens nothing, and does no harm. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
