/** How figures of a column are told beside their digits. */
export const scales = ['none', 'bar', 'colour'] as const
export type Scale = (typeof scales)[number]

/** What a person has said about a column. */
export interface ColumnLook {
  id: string
  shown: boolean
  width?: number
  pinned?: boolean
  scale?: Scale
}

/** The columns of a table, as a person has laid them out; none means: as they come. */
export type Layout = readonly ColumnLook[]

/** Something that can be a column, and whether it is one without being asked for. */
export interface Candidate {
  id: string
  standard: boolean
}

/**
 * The columns in the order in which they stand, each with what was said about
 * it. Those that nothing was said about come after the one that they come after
 * by themselves.
 */
export function laidOut(candidates: readonly Candidate[], layout: Layout): ColumnLook[] {
  const known = new Map(candidates.map((c) => [c.id, c]))
  const said = new Set(layout.map((look) => look.id))
  const looks = layout.filter((look) => known.has(look.id))
  // Those that come after each one; after none, at the beginning.
  const others = new Map<string | undefined, ColumnLook[]>()
  let before: string | undefined
  for (const { id, standard } of candidates) {
    if (said.has(id)) before = id
    else others.set(before, [...takeFrom(others, before), { id, shown: standard }])
  }
  return [...takeFrom(others, undefined), ...looks.flatMap((look) => [look, ...takeFrom(others, look.id)])]
}

/** What a map has, taken out of it. */
function takeFrom<K, V>(map: Map<K, V[]>, key: K): V[] {
  const had = map.get(key) ?? []
  map.delete(key)
  return had
}

/** A layout with something else said about a column. */
export function withLook(candidates: readonly Candidate[], layout: Layout, id: string, change: Partial<Omit<ColumnLook, 'id'>>): Layout {
  return laidOut(candidates, layout).map((look) => (look.id === id ? { ...look, ...change } : look))
}

/** A layout with several columns shown or hidden. */
export function withShown(candidates: readonly Candidate[], layout: Layout, ids: ReadonlySet<string>, shown: boolean): Layout {
  return laidOut(candidates, layout).map((look) => (ids.has(look.id) ? { ...look, shown } : look))
}

/** A layout in which a column stands before another one, or last. */
export function withPlace(candidates: readonly Candidate[], layout: Layout, id: string, before: string | undefined): Layout {
  const looks = laidOut(candidates, layout)
  const moved = looks.find((look) => look.id === id)
  if (moved === undefined || id === before) return layout
  const rest = looks.filter((look) => look !== moved)
  const at = before === undefined ? rest.length : rest.findIndex((look) => look.id === before)
  return at < 0 ? layout : [...rest.slice(0, at), moved, ...rest.slice(at)]
}

/** Reads what was kept of a layout; what cannot be read is as if nothing had been said. */
export function parseLayout(value: unknown): Layout {
  return Array.isArray(value) ? value.filter(isLook).map(clean) : []
}

function isLook(value: unknown): value is ColumnLook {
  if (typeof value !== 'object' || value === null) return false
  const { id, shown } = value as Record<string, unknown>
  return typeof id === 'string' && typeof shown === 'boolean'
}

function clean({ id, shown, width, pinned, scale }: ColumnLook): ColumnLook {
  return {
    id,
    shown,
    ...(typeof width === 'number' && width >= 40 && width <= 900 && { width }),
    ...(pinned === true && { pinned }),
    ...(scale !== undefined && scales.includes(scale) && { scale }),
  }
}
