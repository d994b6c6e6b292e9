import { bytes, rate } from '../format/bytes'
import { count, fine, metric, percent } from '../format/number'
import { axisTime, duration, fullTime } from '../format/time'

/** How values of an axis are written: short on the axis, whole on hovering. */
export interface Format {
  short: (value: number) => string
  full: (value: number) => string
}

const plain: Format = { short: metric, full: fine }

/**
 * The formatters that an option may name. Go sends names, never code: the
 * content security policy would refuse it, and rightly.
 */
const formats: Record<string, Format> = {
  metric: plain,
  count: { short: count, full: count },
  step: { short: (n) => (Number.isInteger(n) ? count(n) : metric(n)), full: fine },
  percent: { short: percent, full: percent },
  percent100: { short: (n) => percent(n / 100), full: (n) => `${metric(n)}\u2009%` },
  bytes: { short: bytes, full: bytes },
  megabytes: { short: (n) => bytes(n * 1e6), full: (n) => bytes(n * 1e6) },
  rate: { short: rate, full: rate },
  duration: { short: duration, full: duration },
  time: { short: axisTime, full: fullTime },
}

/** The formatter of a name; numbers as metrics for names that are not known. */
export function formatNamed(name: unknown): Format {
  return (typeof name === 'string' ? formats[name] : undefined) ?? plain
}

/** Whether an option's text is the name of a formatter. */
export function isFormatName(name: string): boolean {
  return name in formats
}
