import { afterEach, expect, test, vi } from 'vitest'
import { askEarly, endEarly, takeEarly } from './early'

const asked = { method: 'POST', body: '{"limit":60}' }
const address = '/api/varve/v1/runs/cells'

afterEach(() => {
  endEarly()
  vi.unstubAllGlobals()
})

test('the same question takes the answer, once', async () => {
  const fetching = vi.fn(() => Promise.resolve(new Response('early')))
  vi.stubGlobal('fetch', fetching)
  askEarly('/runs/cells', asked)
  expect(fetching).toHaveBeenCalledWith(address, asked)
  expect(takeEarly(address, { ...asked, body: '{"limit":40}' })).toBeUndefined()
  expect(takeEarly('/api/varve/v1/runs/order', asked)).toBeUndefined()
  expect(await (await takeEarly(address, { ...asked }))?.text()).toBe('early')
  expect(takeEarly(address, asked)).toBeUndefined()
})

test('what nobody took is old after the start', () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response()))
  askEarly('/runs/cells', asked)
  endEarly()
  expect(takeEarly(address, asked)).toBeUndefined()
})

test('whoever takes it hears that it failed', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no connection')))
  askEarly('/runs/cells', asked)
  await expect(takeEarly(address, asked)).rejects.toThrow('no connection')
})
