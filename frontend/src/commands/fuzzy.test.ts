import { describe, expect, test } from 'vitest'
import { fold, match, queryWords, type Care } from './fuzzy'

function shown(query: string, text: string, care: Care = 'typos'): string | undefined {
  const found = match(queryWords(query), fold(text), care)
  if (found === undefined) return undefined
  let marked = ''
  let at = 0
  for (const [from, to] of found.parts) {
    marked += `${text.slice(at, from)}[${text.slice(from, to)}]`
    at = to
  }
  return marked + text.slice(at)
}

test.each([
  ['', 'Runs', 'Runs'],
  ['run', 'Go to runs', 'Go to [run]s'],
  ['sst reg', 'Register calm-sill as sst-forecast', '[Reg]ister calm-sill as [sst]-forecast'],
  ['219', 'bright-tephra-219', 'bright-tephra-[219]'],
  ['brte', 'bright-tephra-219', '[br]ight-[te]phra-219'],
  ['ephra', 'bright-tephra', 'bright-t[ephra]'],
  ['ÉTÉ', 'vagues d’été', 'vagues d’[été]'],
  ['ete', 'Été 2026', '[Été] 2026'],
  ['tehpra', 'bright-tephra', 'bright-[tephra]'],
  ['proejct', 'Open a project', 'Open a [project]'],
  ['settngs', 'Settings', '[Sett]i[ngs]'],
  ['run run', 'run', '[run]'],
  ['😀', 'a 😀 b', 'a [😀] b'],
])('%j in %j', (query, text, marked) => {
  expect(shown(query, text)).toBe(marked)
})

test.each([
  ['xyz', 'Go to runs'],
  ['runs data', 'Go to runs'],
  ['zzzz', 'Settings'],
  ['gtorsn', 'Go to runs'],
])('%j is not in %j', (query, text) => {
  expect(shown(query, text)).toBeUndefined()
})

test('slips and scattered letters are forgiven only when asked for', () => {
  expect(shown('brte', 'bright-tephra', 'strict')).toBeUndefined()
  expect(shown('proejct', 'Open a project', 'loose')).toBeUndefined()
})

describe('what is nearer comes first', () => {
  test.each([
    ['data', ['Data', 'data-old', 'Add data', 'metadata', 'd-a-tea-a']],
    ['wine', ['wine', 'wine/boosting', 'old-wine', 'swine']],
  ])('%j', (query, ordered) => {
    const words = queryWords(query)
    const scores = ordered.map((text) => match(words, fold(text), 'typos')?.score ?? -1)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(new Set(scores).size).toBe(scores.length)
  })
})

test('folding keeps every letter in its place', () => {
  for (const text of ['İstanbul ﬁ ß Å', '😀 naïve', 'Ǆ']) expect(fold(text)).toHaveLength(text.length)
})
