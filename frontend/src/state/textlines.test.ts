import { describe, expect, test } from 'vitest'
import { Lines, withoutColours } from './textlines'

function of(...pieces: string[]): readonly string[] {
  const lines = new Lines()
  for (const piece of pieces) lines.append(piece)
  return lines.all
}

describe('text becomes lines', () => {
  test.each([
    ['pieces end anywhere', ['one\ntw', 'o\nthree'], ['one', 'two', 'three']],
    ['a final newline makes no line', ['one\n'], ['one']],
    ['empty lines stay', ['a\n\nb\n'], ['a', '', 'b']],
    ['nothing', [''], []],
    ['Windows ends', ['a\r\nb\r\n'], ['a', 'b']],
    ['Windows ends in two pieces', ['a\r', '\nb\r', '\n'], ['a', 'b']],
    ['a progress bar is one line', ['  1 %\r 50 %', '\r100 %\n'], ['100 %']],
    ['a shorter rewrite leaves the rest, as terminals do', ['abcdef\rxy\n'], ['xycdef']],
    ['colours are left out', ['\u001b[31mred\u001b[0m text\n'], ['red text']],
    ['colours in two pieces', ['\u001b[3', '1mred\u001b', '[0m!\n'], ['red!']],
  ])('%s', (_, pieces, want) => {
    expect(of(...pieces)).toEqual(want)
  })
})

test('cut at any place, the same text makes the same lines', () => {
  const text = 'a\r\n\u001b[1;32mok\u001b[0m\r 5 %\r10 %\nλ\u001b]0;title\u0007z\n\nend'
  const whole = of(text)
  for (let cut = 0; cut <= text.length; cut++) {
    expect(of(text.slice(0, cut), text.slice(cut))).toEqual(whole)
  }
})

test('only the last lines are kept, and the number of the others', () => {
  const lines = new Lines(3)
  lines.append('1\n2\n3\n4\n5')
  expect(lines.all).toEqual(['3', '4', '5'])
  expect(lines.dropped).toBe(2)
})

test('earlier text comes before', () => {
  const lines = new Lines()
  lines.append('3\n4')
  lines.prepend('1\n2\n')
  lines.append('!\n')
  expect(lines.all).toEqual(['1', '2', '3', '4!'])
})

test('titles and odd sequences of terminals are left out', () => {
  expect(withoutColours('\u001b]0;name\u0007a\u001b[2Kb\u001b(c')).toBe('ab\u001b(c')
})
