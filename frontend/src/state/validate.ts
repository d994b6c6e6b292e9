import type { Param } from '../api/types'
import { valuesIn } from './grid'

/** The kind of a param, in words for people. */
export function kindWord(type: Param['type']): string {
  return { string: 'text', int: 'whole number', float: 'number', path: 'file or folder', uri: 'file, folder or address' }[type]
}

/**
 * What is wrong with a value, as a sentence, or undefined. The door checks
 * again and knows more (whether a path exists); this spares a round trip.
 */
export function problemOf(param: Param, text: string): string | undefined {
  const value = text.trim()
  if (value === '') {
    if (param.required) return `${param.name} is needed.`
    // Left empty: the default is used, if there is one.
    return undefined
  }
  for (const one of valuesIn(param, text)) {
    const problem = problemOfOne(param, one)
    if (problem !== undefined) return problem
  }
  return undefined
}

function problemOfOne(param: Param, value: string): string | undefined {
  switch (param.type) {
    case 'int':
      return /^[+-]?\d+$/.test(value) ? undefined : `${param.name} is a whole number, such as 100.`
    case 'float':
      return isFloat(value) ? undefined : commaHint(param.name, value)
    case 'string':
    case 'path':
    case 'uri':
      return undefined
  }
}

/** The value that a form starts with: the last one, else the default. */
export function firstValue(param: Param): string {
  return param.last ?? param.default ?? ''
}

function isFloat(value: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) || /^[+-]?(nan|inf|infinity)$/i.test(value)
}

function commaHint(name: string, value: string): string {
  const dotted = value.replace(',', '.')
  return value !== dotted && isFloat(dotted)
    ? `${name} is written with a point: ${dotted}.`
    : `${name} is a number, such as 0.5 or 1e-3.`
}
