/** Parts of a name stand between commas. */
const between = ', '

/**
 * Names without the parts that all of them have: of "lr 0.1, depth 6" and
 * "lr 0.2, depth 6" the rate tells them apart. Names that have other parts stay
 * as they are.
 */
export function shortNames(names: readonly string[]): string[] {
  const parts = names.map((name) => name.split(between))
  const [first = []] = parts
  if (names.length < 2 || parts.some((p) => p.length !== first.length)) return [...names]
  const differs = first.map((part, i) => parts.some((p) => p[i] !== part))
  if (!differs.includes(true)) return [...names]
  return parts.map((p) => p.filter((_, i) => differs[i]).join(between))
}

/**
 * Short names with the words for what differs in the first part only:
 * "depth 6, 240" of "depth 6, trees 240"; or without any, where there is little
 * room, and the whole name is told on hovering.
 */
export function shortestNames(names: readonly string[], bare = false): string[] {
  const parts = shortNames(names).map((name) => name.split(between))
  const [first = []] = parts
  if (parts.some((p) => p.length !== first.length)) return shortNames(names)
  const word = (part: string | undefined) => part?.slice(0, part.lastIndexOf(' ') + 1) ?? ''
  const common = first.map((part, i) => ((i > 0 || (bare && first.length > 1)) && parts.every((p) => word(p[i]) === word(part)) ? word(part).length : 0))
  return parts.map((p) => p.map((part, i) => part.slice(common[i] ?? 0)).join(between))
}
