import { expect, test } from 'vitest'
import { codeIn } from './code'
import { allRuns, runRoute } from './route'

test('a code stands before the page that it was given for', () => {
  expect(codeIn('#code=ab%2Fc')).toEqual({ code: 'ab/c', page: allRuns })
  expect(codeIn('#code=abc&page=/runs/7f')).toEqual({ code: 'abc', page: runRoute('7f') })
  expect(codeIn('#code=ab%')).toEqual({ code: 'ab%', page: allRuns })
})

test.each(['', '#/runs', '#/runs?filter=code%3D1', '#code='])('%j has none', (hash) => expect(codeIn(hash)).toBeUndefined())
