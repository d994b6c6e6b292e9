import { plural } from '../format/words'
import { extent, type Line } from './data'

/** A chart in a sentence or two, for those who do not see it. */
export function describe(title: string, xName: string, lines: readonly Line[], write: (value: number) => string): string {
  const by = xName === '' ? '' : ` by ${xName}`
  const told = lines.slice(0, 6).map((line) => {
    const range = extent(line.pairs)
    if (range === undefined) return `${line.label} has no value that can be drawn`
    const points = plural(line.total, 'point')
    if (range.least === range.most) return `${line.label} is ${write(range.last)}, ${points}`
    const way = range.last === range.first ? `starts and ends at ${write(range.first)}` : `goes from ${write(range.first)} to ${write(range.last)}`
    return `${line.label} ${way}, least ${write(range.least)}, most ${write(range.most)}, ${points}`
  })
  const rest = lines.length > told.length ? [`and ${plural(lines.length - told.length, 'more line')}`] : []
  return `${title}${by}: ${[...told, ...rest].join('; ')}.`
}
