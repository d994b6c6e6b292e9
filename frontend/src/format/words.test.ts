import { expect, test } from 'vitest'
import { baseName, cutMiddle, lastName, listed, plural, statusWord } from './words'

test('plural', () => {
  expect([plural(0, 'run'), plural(1, 'run'), plural(61578, 'run'), plural(2, 'entry', 'entries')]).toEqual([
    '0 runs',
    '1 run',
    '61,578 runs',
    '2 entries',
  ])
})

test('the middle is cut, both ends stay', () => {
  expect(cutMiddle('short', 10)).toBe('short')
  expect(cutMiddle('/home/ada/vintages/2026/wine-quality.csv', 22)).toBe('/home/a…ne-quality.csv')
  expect(Array.from(cutMiddle('🍷'.repeat(40), 10))).toHaveLength(10)
})

test('the last part of a path', () => {
  expect([baseName('/a/b/c.csv'), baseName('C:\\data\\wine\\'), baseName('x'), baseName('/')]).toEqual([
    'c.csv',
    'wine',
    'x',
    '/',
  ])
})

test('lists and statuses', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c'])
  expect(statusWord('lost')).toBe('Lost')
})

test('the last name of a path in a version keeps its backslashes', () => {
  expect([lastName('a/caf\\xe9'), lastName('x'), lastName('')]).toEqual(['caf\\xe9', 'x', ''])
})
