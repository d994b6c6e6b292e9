import { expect, test } from 'vitest'
import { harmless } from './preview'
import { readNotebook } from './previewnotebook'
import { kindOf, readSeparated, readTable } from './previewtable'

test.each([
  ['a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
  ['a,b\r\n"x, ""y""\nz",2', [['a', 'b'], ['x, "y"\nz', '2']]],
  ['a,\n\n,b', [['a', ''], ['', 'b']]],
  ['', []],
])('%j is read', (text, want) => {
  expect(readSeparated(text, ',')).toEqual(want)
})

test('whatever is written with quotes is read again', () => {
  let seed = 7
  const roll = (n: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % n
  for (let i = 0; i < 300; i++) {
    const rows = Array.from({ length: 1 + roll(4) }, () => Array.from({ length: 2 }, () => Array.from({ length: roll(6) }, () => 'a",\n\r; é'[roll(8)]).join('')))
    const text = rows.map((row) => row.map((f) => `"${f.replaceAll('"', '""')}"`).join(',')).join('\r\n')
    expect(readSeparated(text, ','), JSON.stringify(text)).toEqual(rows)
  }
})

test('a table has kinds; of a cut file the last row is left out', () => {
  expect(readTable('t.csv', '\ufeffid;x;day;ok;name\n1;0.5;2026-01-02;true;a\n2;nan;;false;b\n3;1e-3', false)).toEqual({
    head: ['id', 'x', 'day', 'ok', 'name'],
    kinds: ['whole number', 'number', 'date', 'true or false', 'text'],
    rows: [['1', '0.5', '2026-01-02', 'true', 'a'], ['2', 'nan', '', 'false', 'b']],
  })
  expect(kindOf(['', 'NaN'])).toBe('empty')
})

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
