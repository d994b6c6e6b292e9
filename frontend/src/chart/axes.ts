import { columnFormat, inColumn } from '../format/number'
import { byteStep, extent, type Line } from './data'
import { isFormatName } from './formats'
import type { Look } from './look'
import { within } from './smooth'
import { merge, tree, type Token, type Tree } from './tree'

/** Whatever Go says of the range: a logarithmic axis has no zero. */
export const logarithmic = { type: 'log', min: undefined, max: undefined, interval: undefined }

export function xDefaults(token: Token): Tree {
  return {
    type: 'value',
    scale: true,
    splitNumber: 4,
    splitLine: { show: false },
    axisLine: { show: true, onZero: false, lineStyle: { color: token('axis') } },
    axisTick: { show: false },
    axisLabel: { color: token('text-3'), fontSize: 11, hideOverlap: true },
    axisPointer: { lineStyle: { color: token('line-2'), type: [2, 3] }, label: { show: false } },
  }
}

export function yDefaults(token: Token): Tree {
  return {
    type: 'value',
    scale: true,
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: true, lineStyle: { color: token('grid') } },
    axisLabel: { color: token('text-3'), fontSize: 11 },
  }
}

export function tooltip(token: Token): Tree {
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    backgroundColor: token('surface'),
    borderColor: token('line-2'),
    borderWidth: 1,
    padding: [6, 9],
    textStyle: { color: token('text'), fontSize: 11 },
    axisPointer: { type: 'line', animation: false },
  }
}

/** An axis of ours with what the skeleton says on top; lists have one axis. */
export function axis(given: unknown, defaults: Tree): Tree {
  return merge(defaults, tree(Array.isArray(given) ? given[0] : given))
}

/** Ticks where the unit has its own round numbers: GiB are no tens, and 100 % is the end. */
export function ruled(format: string | undefined, lines: readonly Line[]): Tree {
  const most = Math.max(0, ...lines.map((line) => extent(line.pairs)?.most ?? 0))
  if (format === 'percent100' && most > 75 && most <= 100) return { max: 100, interval: 25 }
  if ((format === 'megabytes' || format === 'bytes') && most > 0) {
    const interval = byteStep(format === 'megabytes' ? most * 1e6 : most) / (format === 'megabytes' ? 1e6 : 1)
    return { min: 0, interval, max: Math.ceil(most / interval) * interval }
  }
  return {}
}

/** At most so many spaces between the ticks of metrics: five ticks. */
const spaces = 4

/**
 * A rule for metrics, unless Go has said the range: few ticks at round numbers,
 * written with decimals alike, 0.60 between 0.55 and 0.65.
 */
export function figured(given: Tree, lines: readonly Line[], look: Look): Tree {
  if (given['min'] !== undefined || given['max'] !== undefined) return {}
  const seen = lines.map((line) => extent(within(line.pairs, look.zoom))).filter((e) => e !== undefined)
  const least = Math.min(...seen.map((e) => e.least))
  const most = Math.max(...seen.map((e) => e.most))
  const span = most - least
  // What is level, or all but so, and what has no numbers, is left to the library.
  if (!(span > Math.max(Math.abs(least), Math.abs(most)) * 1e-9) || !Number.isFinite(span)) return {}
  const power = 10 ** Math.floor(Math.log10(span / spaces))
  for (const step of [1, 2, 2.5, 5, 10, 20]) {
    const interval = step * power
    const min = Math.floor(least / interval + 1e-9) * interval
    const max = Math.ceil(most / interval - 1e-9) * interval
    if (Math.round((max - min) / interval) > spaces) continue
    const format = columnFormat([min, max, ...Array.from({ length: spaces }, (_, i) => min + i * interval)])
    return { min, max, interval, axisLabel: { ...tree(given['axisLabel']), formatter: (n: number) => inColumn(Math.abs(n) < interval / 1000 ? 0 : n, format) } }
  }
  return {}
}

export function formatterName(given: unknown): string | undefined {
  const name = tree(tree(Array.isArray(given) ? given[0] : given)['axisLabel'])['formatter']
  return typeof name === 'string' && isFormatName(name) ? name : undefined
}
