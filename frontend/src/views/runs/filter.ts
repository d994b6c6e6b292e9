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
