import { expect, test } from 'vitest'
import { harmless } from './preview'
import { readNotebook } from './previewnotebook'

test('a notebook gives text and pictures, never HTML', () => {
  const cells = [
    { cell_type: 'markdown', source: ['# a\n', 'b'] },
    {
      cell_type: 'code', execution_count: 2, source: 'x', outputs: [
        { output_type: 'stream', name: 'stdout', text: ['\u001b[31m10%\r20%\u001b[0m\n'] },
        { output_type: 'display_data', data: { 'image/png': 'iVBO\nRw==', 'text/plain': 'fig' } },
        { output_type: 'display_data', data: { 'image/png': '"><script>', 'text/html': '<b>' } },
        { output_type: 'error', traceback: ['a', 'b'] },
      ],
    },
  ]
  const read = readNotebook(JSON.stringify({ cells }))
  expect(read?.[0]).toEqual({ kind: 'markdown', source: '# a\nb', number: '', outputs: [] })
  expect(read?.[1]?.outputs).toEqual([
    { kind: 'text', text: '20%', wrong: false },
    { kind: 'picture', address: 'data:image/png;base64,iVBORw==' },
    { kind: 'left out', what: 'image/png, text/html' },
    { kind: 'text', text: 'a\nb', wrong: true },
  ])
  expect([readNotebook('{'), readNotebook('{}'), readNotebook('[]')]).toEqual([undefined, undefined, undefined])
})

test('a page is told first that it may fetch nothing', () => {
  expect(harmless('<p>')).toMatch(/^<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'/)
})
