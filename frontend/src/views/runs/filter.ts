import type { Suggestion } from '../../api/types'

/** The part of a filter that cannot be read, for a line under it. */
export interface WrongPart {
  before: string
  part: string
}

/**
 * The word at an offset. The door counts characters as people do; at the very
 * end, where something is missing, the place after the text is marked.
 */
export function wrongPart(text: string, offset: number | undefined): WrongPart | undefined {
  if (offset === undefined) return undefined
  const letters = Array.from(text)
  const at = Math.max(0, Math.min(offset, letters.length))
  const before = letters.slice(0, at).join('')
  const rest = letters.slice(at).join('')
  const part = /^('[^']*'?|"[^"]*"?|`[^`]*`?|[^\s]+|\s+)/.exec(rest)?.[0] ?? ''
  return { before, part: part === '' ? '\u00a0\u00a0' : part }
}

/** A text with a part replaced, the places counted in characters. */
export function replaced(text: string, from: number, to: number, instead: string): string {
  const letters = Array.from(text)
  return letters.slice(0, from).join('') + instead + letters.slice(to).join('')
}

/**
 * A filter with a suggestion put in its place, and where the cursor goes, in
 * the units of a field. A space follows, and min(… is closed.
 */
export function taken(text: string, { insert, from, to }: Suggestion): { text: string; cursor: number } {
  const letters = Array.from(text)
  const before = letters.slice(0, from).join('')
  const after = letters.slice(to).join('')
  const closing = /\b(min|max|last)\(\s*$/i.test(before) && !/^\s*\)/.test(after) ? ')' : ''
  const space = insert.endsWith('(') || after.startsWith(')') ? '' : ' '
  const written = `${before}${insert}${closing}`
  if (space !== '' && /^\s/.test(after)) return { text: written + after, cursor: written.length + 1 }
  return { text: written + space + after, cursor: written.length + space.length }
}

/** A place in a field, which counts as JavaScript does, in characters. */
export function characters(text: string, place: number): number {
  return Array.from(text.slice(0, place)).length
}

const kinds: Record<string, string> = { metrics: 'metric', params: 'param', tags: 'tag', data: 'data' }

/** The sort of a suggestion, in a word. */
export function kindWord({ kind, insert }: Suggestion): string {
  if (kind === 'operator' || kind === 'value') return kind
  if (kind === 'word') return insert === 'NOT' ? 'opposite' : 'and more'
  if (insert.endsWith('(')) return 'of a metric'
  const dot = insert.indexOf('.')
  return (dot < 0 ? undefined : kinds[insert.slice(0, dot)]) ?? 'property'
}

/** A key as filters want it. */
export function quoted(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : `\`${key}\``
}
