import type { Axis, Param } from '../api/types'

/**
 * The values that stand in a field of a number: "0.1, 0.5, 1" are three. A comma
 * between digits alone may be a decimal comma, and is left to the check of the
 * field; texts and paths are never taken apart.
 */
export function valuesIn(param: Param, text: string): string[] {
  const whole = [text.trim()]
  if (param.type !== 'int' && param.type !== 'float') return whole
  const apart = /[;\s]/.test(text.trim()) || text.split(',').length > 2 || (text.includes(',') && text.includes('.'))
  if (!apart) return whole
  const values = text.split(/[,;\s]+/).filter((v) => v !== '')
  return values.length === 0 ? whole : [...new Set(values)]
}

/** The axes that a form spans: the params with more than one value. */
export function axesOf(params: readonly Param[], values: Readonly<Record<string, string>>): Axis[] {
  return params.map((p) => ({ name: p.name, values: valuesIn(p, values[p.name] ?? '') })).filter((axis) => axis.values.length > 1)
}

/** How many runs some axes make. */
export function runsOf(axes: readonly Axis[]): number {
  return axes.reduce((n, axis) => n * axis.values.length, 1)
}

/** The most runs of one grid; the door refuses more. */
export const mostRuns = 1000
