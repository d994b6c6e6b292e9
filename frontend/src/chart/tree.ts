/** Plain data of any shape: what an option is made of. */
export type Tree = Record<string, unknown>

/** Finds the value of a design token by its name without dashes: "c-1". */
export type Token = (name: string) => string

/** A copy with tokens for their names, and without what is not plain data. */
export function resolve(value: unknown, token: Token): unknown {
  if (typeof value === 'string') {
    if (value.startsWith('token:')) return token(value.slice(6))
    return value.includes('__f__') ? undefined : value
  }
  if (Array.isArray(value)) return value.map((one) => resolve(one, token))
  if (typeof value === 'object' && value !== null) {
    const copy: Tree = {}
    for (const [key, one] of Object.entries(value)) {
      if (key !== 'formatter') copy[key] = resolve(one, token)
    }
    return copy
  }
  return value
}

export function merge(below: Tree, above: Tree): Tree {
  const merged: Tree = { ...below }
  for (const [key, value] of Object.entries(above)) {
    if (value === undefined || value === null) continue
    const old = merged[key]
    merged[key] = isTree(old) && isTree(value) ? merge(old, value) : value
  }
  return merged
}

export function put(target: Tree, part: string, key: string, value: unknown): void {
  target[part] = { ...tree(target[part]), [key]: value }
}

export function omit(from: Tree, keys: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)))
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

export function tree(value: unknown): Tree {
  return isTree(value) ? value : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}
