/** A text that may be cut, and the whole of it. */
interface Text {
  text: string
}

/** Texts above this length are shown from where they differ. */
const longText = 24

/**
 * Long texts, shown from the word at which they begin to differ: cut at their
 * ends, commands with other values would all look alike.
 */
export function fromDifference<T extends Text>(values: readonly (T | undefined)[]): (T | undefined)[] {
  const texts = values.filter((v) => v !== undefined).map((v) => v.text)
  const [first = '', ...others] = texts
  if (others.length === 0 || texts.every((t) => t.length <= longText || t === first)) return [...values]
  let same = 0
  while (same < first.length && others.every((t) => t[same] === first[same])) same++
  const word = Math.max(first.lastIndexOf(' ', same - 1), first.lastIndexOf('/', same - 1)) + 1
  // A value alone tells less than "--alpha 0.1".
  const before = first.lastIndexOf(' ', word - 2) + 1
  const begin = first.startsWith('-', before) && first[word - 1] === ' ' ? before : word
  if (begin <= 2) return [...values]
  return values.map((v) => v && { ...v, text: `… ${v.text.slice(begin)}` })
}
