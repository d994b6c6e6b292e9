import { describe, expect, test } from 'vitest'
import type { Param } from '../api/types'
import { firstValue, problemOf } from './validate'

const param = (type: Param['type'], more: Partial<Param> = {}): Param => ({ name: 'alpha', type, required: false, ...more })

describe('a value that is right says nothing', () => {
  test.each([
    ['int', '100'],
    ['int', ' -3 '],
    ['float', '0.5'],
    ['float', '.5'],
    ['float', '1e-3'],
    ['float', '7'],
    ['float', 'nan'],
    ['float', '-Infinity'],
    ['string', "it's \"quoted\"\nand more"],
    ['path', 'data/wine.csv'],
    ['uri', 's3://x/y'],
    ['int', ''],
  ] as const)('%s %j', (type, text) => {
    expect(problemOf(param(type), text)).toBeUndefined()
  })
})

describe('a value that is wrong is told in words', () => {
  test.each([
    ['int', '1.5', 'alpha is a whole number, such as 100.'],
    ['int', 'ten', 'alpha is a whole number, such as 100.'],
    ['float', '0,5', 'alpha is written with a point: 0.5.'],
    ['float', 'abc', 'alpha is a number, such as 0.5 or 1e-3.'],
    ['float', '1e', 'alpha is a number, such as 0.5 or 1e-3.'],
  ] as const)('%s %j', (type, text, words) => {
    expect(problemOf(param(type), text)).toBe(words)
  })
  test('a needed one that is empty', () => {
    expect(problemOf(param('string', { required: true }), '  ')).toBe('alpha is needed.')
  })
})

test('a form starts with the last value, else the default', () => {
  expect(firstValue(param('int', { default: '1', last: '2' }))).toBe('2')
  expect(firstValue(param('int', { default: '1' }))).toBe('1')
  expect(firstValue(param('int'))).toBe('')
})
