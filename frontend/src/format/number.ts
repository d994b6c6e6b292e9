import { inStyle } from './style'

/** A number as the door sends it: JSON has no NaN and no infinity. */
export type Wire = number | 'NaN' | 'Infinity' | '-Infinity'

/** What stands where there is no value. */
export const missing = '–'

const minus = '−'
const groups = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })

/** Reads a number of the door. */
export function fromWire(value: Wire): number {
  switch (value) {
    case 'NaN':
      return NaN
    case 'Infinity':
      return Infinity
    case '-Infinity':
      return -Infinity
    default:
      return value
  }
}

/** A whole count, in groups: 61,578. */
export function count(n: number): string {
  return inStyle(trueMinus(groups.format(n)))
}

/** A sentence whose whole counts are written in groups; what has a point stays as it is. */
export function counted(sentence: string): string {
  return sentence.replace(/(?<![\d.,])\d{4,}(?![\d.,]\d|\d)/g, (digits) => count(Number(digits)))
}

/** A share of one, as percent with a thin space: 42 %. */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${count(Math.round(share * 100))}\u2009%` : missing
}

/** A change by a share of one: "+1.7 %", two digits; undefined when it is no number, or tenfold and more. */
export function change(share: number): string | undefined {
  const size = Math.abs(share) * 100
  // Beyond, a percentage tells nothing that the values do not tell better.
  if (!(size < 1000)) return undefined
  return `${share < 0 ? minus : '+'}${metric(Number(size.toPrecision(2)))}\u2009%`
}

/**
 * A metric: 4 significant digits, 8e-4 below a thousandth and 1.2e6 from a
 * million on, whole numbers in groups, NaN and ∞ in words of their own.
 */
export function metric(value: number | undefined): string {
  if (value === undefined) return missing
  // A zero at the end is a digit, too: 0.6710 is not quite 0.671, and stands in line with 0.6077.
  return special(value) ?? (scientific(value) ? exponent(value, 4) : plain(value, Math.min(decimals(value, 4), needed(value)), false))
}

/** A number with so many decimals, as a number. */
export function rounded(value: number, places: number): number {
  return Number(value.toFixed(places))
}

/** Enough digits to tell neighbours apart, for a chart under the pointer. */
export function fine(value: number): string {
  return special(value) ?? (scientific(value) ? exponent(value, 7) : plain(value, decimals(value, 7), true))
}

/** Every digit that the number has, for hovering and copying: as programs read it, with a point. */
export function exact(value: number | undefined): string {
  if (value === undefined) return missing
  return special(value) ?? trueMinus(String(value))
}

/** The next round number above a value, or below it: with two digits where that makes a difference. */
export function roundBeyond(value: number, above: boolean): number | undefined {
  if (!Number.isFinite(value)) return undefined
  const beyond = (n: number) => (above ? n > value : n < value)
  for (const digits of [2, 3, 4, 6, 9]) {
    const round = Number(value.toPrecision(digits))
    if (beyond(round)) return round
    const step = 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - digits + 1)
    const next = Number((round + (above ? step : -step)).toPrecision(digits))
    if (beyond(next)) return next
  }
  return undefined
}

/** How the metrics of one column are written: with the same decimals. */
export interface ColumnFormat {
  decimals: number
  digits: number
}

/** Beyond so many different numbers, some look alike at any reasonable width. */
const tellApart = 20

/**
 * Chooses the decimals of a column: four significant digits for its largest
 * number, more only where two of a few numbers would look the same, fewer
 * where all would end in zeros.
 */
export function columnFormat(values: Iterable<number>): ColumnFormat {
  const different = new Set<number>()
  for (const v of values) if (Number.isFinite(v)) different.add(v)
  const ordinary = [...different].filter((v) => !scientific(v))
  let most = 0
  let largest = 0
  for (const v of ordinary) {
    largest = Math.max(largest, Math.abs(v))
    most = Math.max(most, needed(v))
  }
  let places = ordinary.length === 0 ? 0 : Math.min(most, decimals(largest, 4))
  const few = different.size <= tellApart
  while (few && places < Math.min(most, 9) && collide(ordinary, (v) => v.toFixed(places))) places++
  while (places > 0 && ordinary.every((v) => v.toFixed(places).endsWith('0'))) places--
  const tiny = [...different].filter(scientific)
  let digits = 4
  while (few && digits < 10 && collide(tiny, (v) => v.toPrecision(digits))) digits++
  return { decimals: places, digits }
}

/** How the means of groups are written: three significant digits of the largest, and the spread to the same decimals. */
export function groupFormat(means: readonly number[]): ColumnFormat {
  const ordinary = means.filter((v) => Number.isFinite(v) && !scientific(v))
  const largest = ordinary.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return { decimals: ordinary.length === 0 ? 0 : decimals(largest, 3), digits: 3 }
}

/** A metric in its column. */
export function inColumn(value: number | undefined, format: ColumnFormat): string {
  if (value === undefined) return missing
  return special(value) ?? (scientific(value) ? exponent(value, format.digits) : plain(value, format.decimals, false))
}

/** Letters of the longest of some metrics in their column. */
export function longestInColumn(values: readonly number[], format: ColumnFormat): number {
  let [least, most, longest] = [0, 0, 0]
  for (const v of values) {
    // With the same decimals, none is longer than the least or the most.
    if (scientific(v) || !Number.isFinite(v)) longest = Math.max(longest, inColumn(v, format).length)
    else [least, most] = [Math.min(least, v), Math.max(most, v)]
  }
  return values.length === 0 ? 0 : Math.max(longest, inColumn(least, format).length, inColumn(most, format).length)
}

/** How far the runs of a group lie apart: to the decimals of its mean, unless nothing would be left of it. */
export function spreadInColumn(value: number, format: ColumnFormat): string {
  const lost = value !== 0 && Number(value.toFixed(format.decimals)) === 0
  return special(value) ?? (lost || Math.abs(value) >= 1e6 ? exponent(value, 2) : plain(value, format.decimals, false))
}

/** Whether text is a number as people write params. */
export function isNumeric(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '∞'
  if (value === -Infinity) return `${minus}∞`
  return undefined
}

function scientific(value: number): boolean {
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-3 || size >= 1e6)
}

function decimals(value: number, digits: number): number {
  const size = Math.abs(value)
  if (size === 0) return 0
  return Math.max(0, Math.min(9, digits - 1 - Math.floor(Math.log10(size))))
}

/** Decimals without which the number would be another one, at most 9. */
function needed(value: number): number {
  const text = value.toFixed(9).replace(/0+$/, '')
  return text.length - text.indexOf('.') - 1
}

function collide(values: readonly number[], write: (v: number) => string): boolean {
  return new Set(values.map(write)).size < values.length
}

function plain(value: number, places: number, trim: boolean): string {
  const fixed = value.toFixed(places)
  const [whole = '0', fraction = ''] = fixed.replace('-', '').split('.')
  const kept = trim ? fraction.replace(/0+$/, '') : fraction
  const sign = fixed.startsWith('-') && /[1-9]/.test(fixed) ? minus : ''
  return sign + inStyle(`${groups.format(Number(whole))}${kept === '' ? '' : `.${kept}`}`)
}

function exponent(value: number, digits: number): string {
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e')
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa
  return inStyle(trueMinus(short)) + `e${Number(power)}`
}

function trueMinus(text: string): string {
  return text.startsWith('-') ? minus + text.slice(1) : text
}
