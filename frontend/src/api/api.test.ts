import { describe, expect, test } from 'vitest'
import { decodePairs, decodePoints } from './binary'
import { Client } from './client'
import { asVarveError, fromAnswer, isAbort, VarveError } from './errors'
import { inWindow } from './native'

/** A client whose other side is a function. */
function client(answer: (request: Request) => Response | Promise<Response>) {
  const seen: Request[] = []
  const made = new Client((input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(String(input), 'http://door'), init)
    seen.push(request)
    return Promise.resolve(answer(request))
  })
  return { made, seen }
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

async function failure(call: Promise<unknown>): Promise<VarveError> {
  try {
    await call
  } catch (thrown) {
    return asVarveError(thrown)
  }
  throw new Error('it did not fail')
}

describe('errors', () => {
  test('a problem keeps its words, its field and its place', () => {
    const e = fromAnswer(400, { title: 'alpha is no number.', hint: 'Write 0.5.', code: 'invalid', field: 'alpha', offset: 3 })
    expect([e.message, e.hint, e.field, e.offset, e.status]).toEqual(['alpha is no number.', 'Write 0.5.', 'alpha', 3, 400])
  })
  test('the sentence may stand in detail', () => {
    expect(fromAnswer(404, { title: 'Not Found', detail: 'There is no run x.' }).message).toBe('There is no run x.')
    expect(fromAnswer(404, { detail: 'There is no run x.' }).message).toBe('There is no run x.')
  })
  test.each([undefined, null, 'text', {}, { title: '' }])('an answer of %j still says something', (body) => {
    expect(fromAnswer(502, body).message).toBe('Varve answered with an error (502).')
  })
  test('no answer at all is unreachable', () => {
    const e = asVarveError(new TypeError('Failed to fetch'))
    expect(e.unreachable).toBe(true)
    expect(e.message).toBe('Varve is not answering.')
  })
  test('what code throws is no lost connection', () => {
    expect(asVarveError(new RangeError('x')).unreachable).toBe(false)
  })
})

describe('binary', () => {
  test('pairs are little-endian float64, whatever they are', () => {
    const view = new DataView(new ArrayBuffer(32))
    ;[1, 0.5, 2, NaN].forEach((n, i) => view.setFloat64(i * 8, n, true))
    expect([...decodePairs(view.buffer)]).toEqual([1, 0.5, 2, NaN])
  })
  test('a cut answer loses the broken pair only', () => {
    expect(decodePairs(new ArrayBuffer(16 + 9))).toHaveLength(2)
  })
  test('the header tells how many there are in truth', () => {
    const headers = new Headers({ 'Varve-Points': '80000', 'Varve-Sampled': 'true' })
    expect(decodePoints(new ArrayBuffer(32), headers)).toMatchObject({ total: 80000, sampled: true })
    expect(decodePoints(new ArrayBuffer(32), new Headers())).toMatchObject({ total: 2, sampled: false })
  })
})

test('where the pages are', () => {
  expect(inWindow(new URL('wails://wails/'))).toBe(true)
  expect(inWindow(new URL('http://wails.localhost/'))).toBe(true)
  expect(inWindow(new URL('http://127.0.0.1:5000/'))).toBe(false)
})

test('an abort is told from a failure', () => {
  expect(isAbort(new DOMException('x', 'AbortError'))).toBe(true)
  expect(isAbort(new Error('x'))).toBe(false)
})

describe('client', () => {
  test('raw calls carry what they are given', async () => {
    const { made, seen } = client(() => new Response(new ArrayBuffer(16), { headers: { 'Varve-Points': '1' } }))
    const points = await made.series('a/b', 'val loss', 'time', 300)
    expect(points.pairs).toHaveLength(2)
    const url = new URL(seen[0]?.url ?? '')
    expect(url.pathname).toBe('/api/varve/v1/runs/a%2Fb/series')
    expect([...url.searchParams]).toEqual([
      ['key', 'val loss'],
      ['x', 'time'],
      ['points', '300'],
    ])
  })
  test('a refusal becomes a VarveError', async () => {
    const { made } = client(() => json({ title: 'There is no run x.', code: 'not found' }, 404))
    const e = await failure(made.series('x', 'k', 'step', 1))
    expect([e.message, e.notFound]).toEqual(['There is no run x.', true])
  })
  test('the first bytes of an artifact are asked for as a range', async () => {
    const { made, seen } = client(() => new Response('abc', { status: 206 }))
    expect(await (await made.previews.artifact('r', 'a b/ü.txt').head(100, new AbortController().signal)).text()).toBe('abc')
    expect(seen[0]?.headers.get('Range')).toBe('bytes=0-99')
    expect(made.artifactAddress('r', 'a b/ü.txt')).toBe('/api/varve/v1/runs/r/artifact?path=a+b%2F%C3%BC.txt')
  })
})
