import { afterEach, expect, test } from 'vitest'
import { bytes } from './bytes'
import { count, exact, inColumn, metric } from './number'
import { setNumberStyle, type NumberStyle } from './style'
import { duration } from './time'

afterEach(() => setNumberStyle('point'))

test.each<[NumberStyle, string[]]>([
  ['point', ['61,578', '−123.4', '0.6355', '1.2e6', '18.2 KiB', '2.6 min', '1,000.50']],
  ['space', ['61\u202f578', '−123.4', '0.6355', '1.2e6', '18.2 KiB', '2.6 min', '1\u202f000.50']],
  ['comma', ['61\u202f578', '−123,4', '0,6355', '1,2e6', '18,2 KiB', '2,6 min', '1\u202f000,50']],
  ['dots', ['61.578', '−123,4', '0,6355', '1,2e6', '18,2 KiB', '2,6 min', '1.000,50']],
])('%s', (style, written) => {
  setNumberStyle(style)
  expect([
    count(61578),
    metric(-123.4),
    metric(0.63553),
    metric(1.2e6),
    bytes(18.2 * 1024),
    duration(156_000),
    inColumn(1000.5, { decimals: 2, digits: 4 }),
  ]).toEqual(written)
  // What is copied is for programs.
  expect(exact(-1234.5)).toBe('−1234.5')
})
