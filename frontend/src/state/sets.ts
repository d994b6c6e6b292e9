import type { RunOrder } from '../api/order'

/** A set with an element more, or without it when it was in. */
export function flip<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(one)) next.add(one)
  return next
}

/** A set without some. */
export function without<T>(set: ReadonlySet<T>, some: ReadonlySet<T>): ReadonlySet<T> {
  return new Set([...set].filter((one) => !some.has(one)))
}

/** Ids of all runs of an order. */
export function allOf(order: RunOrder): ReadonlySet<string> {
  const ids = new Set<string>()
  for (let run = 0; run < order.total; run++) ids.add(order.id(run))
  return ids
}

/** The ids of some things. */
export function idsOf(some: readonly { id: string }[]): ReadonlySet<string> {
  return new Set(some.map(({ id }) => id))
}
