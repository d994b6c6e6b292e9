import { count, counted, metric } from '../format/number'
import { plural } from '../format/words'
import { extent, type Line } from './data'
import { isLine, linesOf, toldLines, type Drawn } from './drawn'
import type { Format } from './formats'
import type { Look } from './look'

/** What a page gives to a plot beside its points. */
export interface PlotTools {
  /** Fills the page with this chart; undefined when it does. */
  full?: (() => void) | undefined
  /** Every point as a file. */
  file: (kind: 'csv' | 'html') => Promise<Blob>
  /** Puts something into a file of the person. */
  save: (name: string, content: Blob) => void
  /** Does something that may fail, and says so. */
  attempt: (act: () => Promise<void>) => void
  /** The zoom of all charts is reset in one place. */
  reset?: boolean
  /** What else can be done with the chart. */
  items?: readonly { label: string; run: () => void }[]
}

/** How many points of a line chart are drawn, in words for its head. */
export function drawnPoints(drawn: Drawn): { words: string; title: string } | undefined {
  if (!isLine(drawn)) return undefined
  const lines = linesOf(drawn)
  if (lines.every((l) => l.total <= 1)) return undefined
  const points = plural(lines.reduce((n, l) => n + l.pairs.length / 2, 0), 'point')
  if (!lines.some((l) => l.sampled)) return { words: 'every point', title: `${points}, all that were logged here` }
  const total = count(lines.reduce((n, l) => n + l.total, 0))
  return { words: 'thinned: extremes kept', title: `${points} of ${total} drawn: of each stretch, the least and the most, so that no spike is lost. Zoom in to see every point.` }
}

/** A drawn chart in a sentence or two, for those who do not see it. */
export function tell(drawn: Drawn, xName: string, y: Format): string {
  const { title, note, series, matching, left = [] } = drawn.head
  const begin = [xName === '' ? title : `${title} by ${xName}`, note].filter((s) => s !== '').join(', ')
  const missing = leftWords(left)
  if (isLine(drawn)) {
    const lines = linesOf(drawn)
    const told = toldLines(lines).slice(0, 6).map((line) => lineWords(line, y))
    const rest = lines.length > told.length ? [`and ${plural(lines.length - told.length, 'more line')}`] : []
    return `${begin}: ${[...told, ...rest, ...missing].join('; ')}.`
  }
  const named = series.filter((s) => s.slot > 0).slice(0, 6).map((s) => s.label)
  return `${[begin, plural(matching, 'run'), ...(named.length > 0 ? [`in colour: ${named.join(', ')}`] : []), ...missing].join('; ')}.`
}

function lineWords({ label, pairs, total }: Line, { short }: Format): string {
  const range = extent(pairs)
  if (range === undefined) return `${label} has no value that can be drawn`
  const points = plural(total, 'point')
  if (range.least === range.most) return `${label} is ${short(range.last)}, ${points}`
  const way = range.last === range.first ? `starts and ends at ${short(range.first)}` : `goes from ${short(range.first)} to ${short(range.last)}`
  return `${label} ${way}, least ${short(range.least)}, most ${short(range.most)}, ${points}`
}

/** What is to be known of the lines of a chart, and how they are looked at, for its head. */
export function remarks(drawn: Drawn, look: Look): { words: string; title?: string }[] {
  const lines = isLine(drawn) ? toldLines(linesOf(drawn)) : []
  const values = (which: (y: number) => boolean) => lines.reduce((n, { pairs }) => n + pairs.reduce((m, y, i) => m + Number(i % 2 === 1 && which(y)), 0), 0)
  const missing = values((y) => !Number.isFinite(y))
  const below = look.log ? values((y) => y <= 0) : 0
  return [
    ...(missing > 0 ? [{ words: `${plural(missing, 'value')} NaN or ∞`, title: 'Ticks on the axis show where' }] : []),
    ...(look.smooth > 0 && lines.length > 0 ? [{ words: `smoothed ${metric(look.smooth)}`, title: 'The thin line is what was logged' }] : []),
    ...(below > 0 ? [{ words: `${plural(below, 'value')} ≤ 0 not shown`, title: 'A logarithmic axis has no place for 0 and less; ticks on the axis show where' }] : []),
  ]
}

/** The part of an axis after a step of the keyboard; undefined is all of it. */
export function stepped(range: readonly [number, number], zoom: readonly [number, number] | undefined, key: string): readonly [number, number] | undefined {
  const [low, high] = zoom ?? range
  const wide = high - low
  const moved = (by: number): readonly [number, number] => [low + by, high + by]
  const clamped = ([from, to]: readonly [number, number]): readonly [number, number] | undefined => {
    const shift = from < range[0] ? range[0] - from : to > range[1] ? range[1] - to : 0
    const [a, b] = [Math.max(range[0], from + shift), Math.min(range[1], to + shift)]
    return a <= range[0] && b >= range[1] ? undefined : [a, b]
  }
  switch (key) {
    case '+':
    case '=':
      return wide <= 0 ? zoom : [low + wide / 4, high - wide / 4]
    case '-':
      return clamped([low - wide / 2, high + wide / 2])
    case 'ArrowLeft':
      return zoom === undefined ? undefined : clamped(moved(-wide / 4))
    case 'ArrowRight':
      return zoom === undefined ? undefined : clamped(moved(wide / 4))
    default:
      return undefined
  }
}

/** The first and the last place of all lines. */
export function reach(drawn: Drawn): readonly [number, number] | undefined {
  let least = Infinity
  let most = -Infinity
  for (const { pairs } of linesOf(drawn)) {
    if (pairs.length < 2) continue
    least = Math.min(least, pairs[0] ?? Infinity)
    most = Math.max(most, pairs.at(-2) ?? -Infinity)
  }
  return least < most ? [least, most] : undefined
}

/** What a chart leaves out, in words. */
export function leftWords(left: readonly { n: number; why: string }[]): string[] {
  return left.map(({ n, why }) => `${count(n)}: ${counted(why)}`)
}
