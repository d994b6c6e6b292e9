import type { RunColumn } from '../../api/tabletypes'
import { isNumeric, rounded } from '../../format/number'
import { boundsOf } from './formats'

/** How high bars are, 0…1: a single run is seen beside thousands. */
export function heights(buckets: readonly number[]): number[] {
  const most = Math.max(1, ...buckets)
  return buckets.map((n) => (n === 0 ? 0 : Math.max(0.1, n / most)))
}

/** The buckets between two places of a histogram, 0…1, and the round bounds that hold them. */
export interface Stretch {
  first: number
  last: number
  least: number
  most: number
}

export function stretch(column: RunColumn, from: number, to: number): Stretch | undefined {
  const { buckets } = column
  const bounds = boundsOf(column)
  if (bounds === undefined || buckets === undefined) return undefined
  const { min, max } = bounds
  const size = buckets.length
  const first = Math.min(size - 1, Math.floor(Math.min(from, to) * size))
  const last = Math.max(first, Math.min(size - 1, Math.ceil(Math.max(from, to) * size) - 1))
  const width = (max - min) / size
  // The very ends are the true ones: rounding must not lose the least and the most.
  const least = first === 0 ? min : round(min + first * width, width)
  const most = last === size - 1 ? max : round(min + (last + 1) * width, width)
  return { first, last, least, most }
}

/** A number with as many digits as tell buckets apart. */
function round(value: number, width: number): number {
  const places = Math.max(0, Math.min(15, 1 - Math.floor(Math.log10(width))))
  return rounded(value, places)
}

/** A filter with a column between two bounds; what it said about that column before is replaced. */
export function withRange(filter: string, name: string, least: number, most: number): string {
  const own = `${name} >= ${number(least)} AND ${name} <= ${number(most)}`
  const kept = conditions(filter)
  // What cannot be taken apart safely is kept whole, in brackets.
  if (kept === undefined) return `(${filter}) AND ${own}`
  const others = kept.filter((part) => !isBound(part, name))
  return [...others, own].join(' AND ')
}

/** The conditions of a filter that are joined by AND; undefined when there is more to it. */
function conditions(filter: string): string[] | undefined {
  const text = filter.trim()
  if (text === '') return []
  const bare = text.replaceAll(/'[^']*'|"[^"]*"|`[^`]*`/g, (quoted) => ' '.repeat(quoted.length))
  if (/\bor\b|\bnot\b|\bbetween\b/i.test(bare)) return undefined
  const parts: string[] = []
  let from = 0
  let depth = 0
  for (let i = 0; i < bare.length; i++) {
    if (bare[i] === '(') depth++
    else if (bare[i] === ')') depth--
    const word = depth === 0 ? /^\s+and\s+/i.exec(bare.slice(i)) : null
    if (word === null) continue
    parts.push(text.slice(from, i).trim())
    i += word[0].length - 1
    from = i + 1
  }
  parts.push(text.slice(from).trim())
  return parts
}

/** Whether a condition is a bound of a column that a drag may have written. */
function isBound(part: string, name: string): boolean {
  if (!part.startsWith(name)) return false
  const match = /^\s*(>=|<=|>|<)\s*(\S+)$/.exec(part.slice(name.length))
  return match !== null && isNumeric(match[2] ?? '')
}

function number(value: number): string {
  return String(value)
}
