import { expect, test } from 'vitest'
import { piecesOf } from './logpieces'
import { LogSearch } from './logsearch'

const places = (search: LogSearch) => search.hits.map((h) => [h.line, h.from, h.to])

test('finds a word whatever its case, and takes signs for themselves', () => {
  const search = new LogSearch()
  search.search('LOSS (', ['loss (a) Loss (b)', 'loss', 'x'], 3, 0)
  expect(places(search)).toEqual([[0, 0, 6], [0, 9, 15]])
  search.search('a.b', ['aXb a.b', 'ΛA.B🍷'], 2, 0)
  expect(places(search)).toEqual([[0, 4, 7], [1, 1, 4]])
  expect(search.search('', ['a'], 1, 0)).toEqual([])
})

test('what may still change is searched again, the rest is not', () => {
  const search = new LogSearch()
  search.search('x', ['x', 'y', 'x'], 2, 0)
  expect(places(search)).toEqual([[0, 0, 1], [2, 0, 1]])
  // Line 0 is settled: were it read again, its hit would be gone.
  search.search('x', ['-', 'y', '-', 'xx'], 3, 0)
  expect(places(search)).toEqual([[0, 0, 1], [3, 0, 1], [3, 1, 2]])
  search.search('x', ['-', 'x'], 2, 1)
  expect(places(search)).toEqual([[1, 0, 1]])
})

test('the hits of some lines, by halving', () => {
  const search = new LogSearch()
  const lines = Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? 'hit hit' : 'none'))
  search.search('hit', lines, 1000, 0)
  expect(search.hits).toHaveLength(668)
  expect(search.within(200, 205).map((h) => [h.line, h.from])).toEqual([[201, 0], [201, 4], [204, 0], [204, 4]])
  expect([search.first(0), search.first(1), search.first(2000)]).toEqual([0, 2, 668])
})

test('a word that is everywhere is found often enough', () => {
  const search = new LogSearch()
  search.search('a', Array.from({ length: 3000 }, () => 'a'.repeat(100)), 3000, 0)
  expect([search.hits.length, search.full]).toEqual([100_000, true])
})

test('a line is cut where colours and finds begin and end', () => {
  const red = { colour: 1 }
  const hit = { line: 0, from: 2, to: 5 }
  expect(piecesOf('abcdefg', [{ from: 3, to: 6, style: red }], [hit])).toEqual([
    { text: 'ab', style: {}, hit: undefined },
    { text: 'c', style: {}, hit },
    { text: 'de', style: red, hit },
    { text: 'f', style: red, hit: undefined },
    { text: 'g', style: {}, hit: undefined },
  ])
  expect(piecesOf('', undefined, [])).toEqual([{ text: '', style: {}, hit: undefined }])
})
