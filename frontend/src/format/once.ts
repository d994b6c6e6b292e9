/** Makes something when it is first needed: what Intl has is costly, and a page may open without it. */
export function once<T>(make: () => T): () => T {
  let made: { it: T } | undefined
  return () => (made ??= { it: make() }).it
}
