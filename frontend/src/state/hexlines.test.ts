import { expect, test } from 'vitest'
import { hexLines } from './hexlines'

test('bytes are shown in hex, with what of them is text', () => {
  const bytes = new Uint8Array([...Array.from({ length: 16 }, (_, i) => i), 0x41, 0x7f, 0x20])
  expect(hexLines(bytes)).toBe(
    '00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ················\n00000010  41 7f 20                                         A· ',
  )
  expect(hexLines(new Uint8Array())).toBe('')
})
