import { expect, test } from 'vitest'
import { decodeChart } from './charts'

function answer(head: object, values: number[]): ArrayBuffer {
  let text = JSON.stringify(head)
  while (new TextEncoder().encode(text).length % 8 !== 0) text += ' '
  const letters = new TextEncoder().encode(text)
  const bytes = new Uint8Array(16 + letters.length + values.length * 8)
  bytes.set(new TextEncoder().encode('VARVEC1\n'))
  new DataView(bytes.buffer).setUint32(8, letters.length, true)
  bytes.set(letters, 16)
  values.forEach((v, i) => new DataView(bytes.buffer).setFloat64(16 + letters.length + i * 8, v, true))
  return bytes.buffer
}

test('each series gets its rows, whatever letters the head has', () => {
  const series = [
    { id: 'a', dims: ['x', 'y'], offset: 0, rows: 2 },
    { id: 'grüße', dims: ['x', 'y', 'row'], offset: 4, rows: 1 },
  ]
  const { head, blocks } = decodeChart(answer({ kind: 'line', series }, [0, 1, 1, NaN, 7, 8, 9]))
  expect(head.series[1]?.id).toBe('grüße')
  expect(blocks.map((b) => [...b])).toEqual([[0, 1, 1, NaN], [7, 8, 9]])
})

test('what is no chart is refused', () => {
  expect(() => decodeChart(new ArrayBuffer(4))).toThrow('not a chart')
  expect(() => decodeChart(new ArrayBuffer(64))).toThrow('not a chart')
})
