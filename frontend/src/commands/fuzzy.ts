/** Where a query is found in a text, and how well. */
export interface Match {
  score: number
  /** Begin and end of the letters that matched, in order. */
  parts: readonly (readonly [number, number])[]
}

/** A text prepared for many queries: without case and accents, letter by letter. */
export function fold(text: string): string {
  // Most names are plain, and there may be thousands of them at each letter typed.
  if (/^[ -~]*$/.test(text)) return text.toLowerCase()
  let folded = ''
  // Each letter stays one letter, so that places in both texts agree.
  for (let i = 0; i < text.length; i++) folded += text.charAt(i).normalize('NFD').charAt(0).toLowerCase().charAt(0)
  return folded
}

/** The words of a query, folded. */
export function queryWords(query: string): string[] {
  return fold(query).split(/\s+/).filter((word) => word !== '')
}

/** What counts as found: letters in a row; also scattered ones; also with slips of the finger. */
export type Care = 'strict' | 'loose' | 'typos'

/**
 * Finds every word of a query in a folded text: at the beginning, at the
 * beginning of a word, inside, or letter by letter; with typos, one slip in
 * four letters is forgiven. Undefined when a word is nowhere.
 */
export function match(words: readonly string[], folded: string, care: Care): Match | undefined {
  let score = 0
  const parts: [number, number][] = []
  for (const word of words) {
    const found = asPart(word, folded) ?? (care === 'strict' ? undefined : scattered(word, folded)) ?? (care === 'typos' ? misspelt(word, folded) : undefined)
    if (found === undefined) return undefined
    score += found.score
    parts.push(...found.parts.map(([from, to]) => [from, to] as [number, number]))
  }
  // Of two that match alike, the shorter one is nearer to what was typed.
  return { score: score - Math.min(9, folded.length * 0.1), parts: united(parts) }
}

function asPart(word: string, text: string): Match | undefined {
  let best: Match | undefined
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length
    const whole = end === text.length || !isLetter(text, end)
    const score = (at === 0 ? 100 : begins(text, at) ? 85 : 55) + (whole && begins(text, at) ? 8 : 0)
    if (best === undefined || score > best.score) best = { score, parts: [[at, end]] }
  }
  return best
}

/** The letters of a word in order, the first one where a word begins: "brt" in "bright-tephra". */
function scattered(word: string, text: string): Match | undefined {
  if (word.length < 2) return undefined
  for (let start = text.indexOf(word.charAt(0)); start >= 0; start = text.indexOf(word.charAt(0), start + 1)) {
    if (!begins(text, start)) continue
    const parts: [number, number][] = []
    let at = start
    let jumps = 0
    for (const letter of word) {
      const next = parts.length > 0 && text.charAt(at) === letter ? at : nextPlace(text, letter, at)
      if (next < 0) break
      const last = parts.at(-1)
      if (last?.[1] === next) last[1] = next + 1
      else {
        if (last !== undefined && !begins(text, next)) jumps++
        parts.push([next, next + 1])
      }
      at = next + 1
    }
    const found = parts.reduce((n, [from, to]) => n + to - from, 0)
    // With many jumps into the middle of words it is chance, not what was meant.
    if (found === word.length && jumps <= Math.floor(word.length / 3)) return { score: 40 - 6 * jumps, parts }
  }
  return undefined
}

/** The next place of a letter, at the beginning of a word if there is one. */
function nextPlace(text: string, letter: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1)) if (begins(text, at)) return at
  return text.indexOf(letter, from)
}

function misspelt(word: string, text: string): Match | undefined {
  const slips = Math.min(2, Math.floor(word.length / 4))
  if (slips === 0) return undefined
  for (let at = 0; at < text.length; at++) {
    if (!begins(text, at)) continue
    for (const length of [word.length, word.length + 1, word.length - 1]) {
      if (at + length > text.length) continue
      const distance = slipsBetween(word, text.slice(at, at + length))
      if (distance <= slips) return { score: 25 - 6 * distance, parts: [[at, at + length]] }
    }
  }
  return undefined
}

/** Letters that are wrong, missing, too many, or swapped. */
function slipsBetween(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1)
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1)) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1)
      }
      next.push(least)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

function begins(text: string, at: number): boolean {
  return at === 0 || (!isLetter(text, at - 1) && isLetter(text, at)) || (isDigit(text, at) && !isDigit(text, at - 1))
}

function isLetter(text: string, at: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(at))
}

function isDigit(text: string, at: number): boolean {
  return /[0-9]/.test(text.charAt(at))
}

function united(parts: [number, number][]): readonly (readonly [number, number])[] {
  const ordered = parts.sort((a, b) => a[0] - b[0])
  const all: [number, number][] = []
  for (const [from, to] of ordered) {
    const last = all.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}
