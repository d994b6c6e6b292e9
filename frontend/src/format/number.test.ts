import { describe, expect, test } from 'vitest'
import { change, columnFormat, count, counted, exact, fromWire, groupFormat, inColumn, isNumeric, longestInColumn, metric, percent, spreadInColumn } from './number'

describe('metric', () => {
  test.each([
    [0.63551234, '0.6355'],
    [0.9, '0.9'],
    [0, '0'],
    [-0, '0'],
    [-0.25, '−0.25'],
    [61578, '61,578'],
    [999999, '999,999'],
    [1234.5678, '1,235'],
    [12.345678, '12.35'],
    [1_000_000, '1e6'],
    [1_234_567, '1.235e6'],
    [0.0008, '8e-4'],
    [-0.00012346, '−1.235e-4'],
    [0.001, '0.001'],
    [NaN, 'NaN'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
    [undefined, '–'],
    [Number.MAX_VALUE, '1.798e308'],
    [5e-324, '4.941e-324'],
  ])('%s is written %s', (value, text) => {
    expect(metric(value)).toBe(text)
  })
})

describe('a column', () => {
  const column = (values: number[]) => {
    const format = columnFormat(values)
    return values.map((v) => inColumn(v, format))
  }
  test.each([
    [[0.78, 0.8123]],
    [[-1234.5, 3, 20]],
    [[1e-7, 1.23456e9, 4]],
    [[NaN, -Infinity, -3]],
    [[-0.00001, 999_999.5]],
    [[]],
  ])('%j: the longest is as long as the longest that is written', (values) => {
    expect(longestInColumn(values, columnFormat(values))).toBe(Math.max(0, ...column(values).map((text) => text.length)))
  })
  test.each([
    ['has the same decimals', [0.6355, 0.642, 0.6393], ['0.6355', '0.6420', '0.6393']],
    ['drops zeros that all share', [0.5, 0.25], ['0.50', '0.25']],
    ['is whole when all are', [400, 100, 1200], ['400', '100', '1,200']],
    ['takes its digits from the largest', [1234.5678, 0.5], ['1,235', '1']],
    ['shows more where two would look equal', [0.63551, 0.63554], ['0.63551', '0.63554']],
    ['keeps what is no number', [0.5, NaN, Infinity], ['0.5', 'NaN', '∞']],
    ['writes the very small apart', [0.0001234, 0.5], ['1.234e-4', '0.5']],
    ['tells the very small apart', [0.000123451, 0.000123452], ['1.23451e-4', '1.23452e-4']],
  ])('%s', (_, values, texts) => {
    expect(column(values)).toEqual(texts)
  })

  test('of equal numbers stays short', () => {
    expect(column([0.1 + 0.2, 0.1 + 0.2])).toEqual(['0.3', '0.3'])
  })

  test('shows a missing value as a dash', () => {
    expect(inColumn(undefined, columnFormat([1]))).toBe('–')
  })
})

test('numbers of the door', () => {
  expect(fromWire('NaN')).toBeNaN()
  expect(fromWire('Infinity')).toBe(Infinity)
  expect(fromWire('-Infinity')).toBe(-Infinity)
  expect(fromWire(2.5)).toBe(2.5)
})

test('counts, shares and all digits', () => {
  expect(count(61578)).toBe('61,578')
  expect(count(-1234)).toBe('−1,234')
  expect(percent(0.421)).toBe('42\u2009%')
  expect(percent(NaN)).toBe('–')
  expect(exact(-0.1)).toBe('−0.1')
  expect(exact(NaN)).toBe('NaN')
})

test.each([
  ['8e-4', true],
  ['-3', true],
  ['.5', true],
  ['5.', true],
  ['flip+rotate', false],
  ['', false],
  ['1,5', false],
  ['0x10', false],
])('%s numeric: %s', (text, want) => {
  expect(isNumeric(text)).toBe(want)
})

test.each([
  [0.0174, '+1.7\u2009%'],
  [-0.039, '−3.9\u2009%'],
  [1.234, '+120\u2009%'],
  [-0.00004, '−0.004\u2009%'],
  [10, undefined],
  [NaN, undefined],
])('a change by %d is %s', (share, text) => {
  expect(change(share)).toBe(text)
})

describe('means of groups', () => {
  const format = groupFormat([0.64012, 0.0712, NaN])
  test('have three digits, and their spread the same decimals', () => {
    expect([inColumn(0.64012, format), spreadInColumn(0.0031, format)]).toEqual(['0.640', '0.003'])
  })
  test('a spread is never nothing because it is small', () => {
    expect([spreadInColumn(0.00099, format), spreadInColumn(0.00004, format), spreadInColumn(0, format)]).toEqual(['0.001', '4e-5', '0.000'])
  })
  test('without any, nothing breaks', () => {
    expect(groupFormat([])).toEqual({ decimals: 0, digits: 3 })
  })
})

test.each([
  ['10000 of 100000 runs', '10,000 of 100,000 runs'],
  ['older than the newest 10000 runs.', 'older than the newest 10,000 runs.'],
  ['EMA 0.9999, 999 runs', 'EMA 0.9999, 999 runs'],
  ['1234.5 of 12,345', '1234.5 of 12,345'],
])('the counts of "%s"', (sentence, told) => {
  expect(counted(sentence)).toBe(told)
})
