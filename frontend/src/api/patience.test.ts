import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { asVarveError } from './errors'
import { patient } from './patience'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A fetch that never answers, but hears when it is called off. */
const silent: typeof fetch = (input, init) =>
  new Promise((_, failed) => {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
    signal?.addEventListener('abort', () => failed(new DOMException('over', 'AbortError')))
  })

function told(call: Promise<unknown>) {
  const said: unknown[] = []
  call.catch((thrown: unknown) => said.push(thrown))
  return said
}

describe('a question that nobody answers', () => {
  test('is given up as if there were no connection', async () => {
    const said = told(patient(silent, () => false)(new Request('http://door/x')))
    await vi.advanceTimersByTimeAsync(9_900)
    expect(said).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(said.map((thrown) => asVarveError(thrown).unreachable)).toEqual([true])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('waits on while there are signs of life', async () => {
    let alive = true
    const said = told(patient(silent, () => alive)('http://door/x'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said).toEqual([])
    alive = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(said).toHaveLength(1)
  })

  test('ends at once when nobody wants the answer any more', async () => {
    const caller = new AbortController()
    const said = told(patient(silent, () => false)(new Request('http://door/x', { signal: caller.signal })))
    caller.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect(said).toEqual([expect.objectContaining({ name: 'AbortError' })])
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('a change is never given up: it may have been made', async () => {
  const said = told(patient(silent, () => false)(new Request('http://door/x', { method: 'POST' })))
  await vi.advanceTimersByTimeAsync(600_000)
  expect(said).toEqual([])
})
