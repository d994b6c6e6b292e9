import { expect, test } from 'vitest'
import { bytes, bytesOf, rate } from './bytes'

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1023 B'],
  [1024, '1.00 KiB'],
  [18637, '18.2 KiB'],
  [264192, '258 KiB'],
  [1024 * 1024 - 1, '1.00 MiB'],
  [12025908429, '11.2 GiB'],
  [3 * 1024 ** 5, '3.00 PiB'],
])('%s bytes', (n, text) => {
  expect(bytes(n)).toBe(text)
})

test('a part is in the unit of its whole', () => {
  expect(bytesOf(5046586572, 12025908429)).toBe('4.70 of 11.2 GiB')
  expect(bytesOf(0, 2048)).toBe('0 of 2.00 KiB')
})

test('rates are in MiB/s', () => {
  expect(rate(412 * 1024 * 1024)).toBe('412 MiB/s')
})
