import { expect, test } from 'vitest'
import { imageType, looksBinary, prettyJson, previewKind } from './preview'

test.each([
  ['model/MLmodel', 'text'],
  ['notes.TXT', 'text'],
  ['plots/loss.png', 'image'],
  ['a.b.json', 'json'],
  ['t.CSV', 'table'],
  ['t.parquet', 'table'],
  ['w.npz', 'arrays'],
  ['s.ipynb', 'notebook'],
  ['r.html', 'html'],
  ['README.md', 'markdown'],
  ['model.pkl', 'none'],
  ['weights.pt', 'none'],
  ['noending', 'text'],
  ['.gitignore', 'none'],
])('%s is shown as %s', (path, want) => {
  expect(previewKind(path)).toBe(want)
})

test('types of pictures', () => {
  expect([imageType('a.JPG'), imageType('a.svg'), imageType('a')]).toEqual(['image/jpeg', 'image/svg+xml', 'application/octet-stream'])
})

test('binary is told from text', () => {
  const encode = (text: string) => new TextEncoder().encode(text)
  expect(looksBinary(encode('rmse = 0.6355 é 🍷'), true)).toBe(false)
  expect(looksBinary(encode('é').slice(0, 1), false)).toBe(false)
  expect(looksBinary(encode('é').slice(0, 1), true)).toBe(true)
  expect(looksBinary(new Uint8Array([0x50, 0x4b, 0, 1]), true)).toBe(true)
  expect(looksBinary(new Uint8Array([0x80, 0x81]), false)).toBe(true)
})

test('json is set in lines, and what is no json stays', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(prettyJson('{"a":')).toBe('{"a":')
})
