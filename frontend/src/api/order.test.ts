import { expect, test } from 'vitest'
import { decodeOrder, decodeSparklines } from './order'

/** An answer as the door writes it. */
function answer(head: object, ids: readonly string[], parents?: readonly number[]): ArrayBuffer {
  let text = JSON.stringify(head)
  while ((16 + text.length) % 8 !== 0) text += ' '
  const bytes = new Uint8Array(16 + text.length + ids.length * 16 + (parents?.length ?? 0) * 4)
  bytes.set(new TextEncoder().encode('VARVET1\n'))
  const view = new DataView(bytes.buffer)
  view.setUint32(8, text.length, true)
  bytes.set(new TextEncoder().encode(text), 16)
  ids.forEach((id, i) => {
    for (let k = 0; k < 16; k++) view.setUint8(16 + text.length + i * 16 + k, parseInt(id.slice(2 * k, 2 * k + 2), 16))
  })
  parents?.forEach((line, i) => view.setUint32(16 + text.length + ids.length * 16 + i * 4, line, true))
  return bytes.buffer
}

const a = '00112233445566778899aabbccddeeff'
const b = 'ff'.repeat(16)

test('an order of runs', () => {
  const order = decodeOrder(answer({ seq: 7, total: 2, lines: 2, all: 9 }, [a, b]))
  expect([order.total, order.head.all, order.id(0), order.id(1), order.parent(1)]).toEqual([2, 9, a, b, undefined])
})

test('ids that are no such numbers stand in the head', () => {
  const order = decodeOrder(answer({ seq: 7, total: 2, lines: 2, all: 2, odd: [{ line: 1, id: 'by hand' }] }, [a, b]))
  expect([order.id(0), order.id(1)]).toEqual([a, 'by hand'])
})

test('nested runs know the line above', () => {
  const order = decodeOrder(answer({ seq: 7, total: 1, lines: 2, all: 2 }, [a, b], [0xffffffff, 0]))
  expect([order.parent(0), order.parent(1)]).toEqual([undefined, 0])
})

test('another form is refused', () => {
  expect(() => decodeOrder(new ArrayBuffer(64))).toThrow('form')
})

test('little curves', () => {
  const bytes = new ArrayBuffer(16 + 3 * 16)
  const view = new DataView(bytes)
  view.setUint32(0, 2, true)
  view.setUint32(4, 1, true)
  view.setUint32(8, 2, true)
  ;[1, 0.5, 2, 0.25, 3, NaN].forEach((v, i) => view.setFloat64(16 + i * 8, v, true))
  expect(decodeSparklines(bytes).map((pairs) => [...pairs])).toEqual([[1, 0.5], [2, 0.25, 3, NaN]])
})
