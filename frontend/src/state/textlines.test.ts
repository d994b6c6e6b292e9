import { describe, expect, test } from 'vitest'
import { plainStyle, restyle, type Style } from './logstyle'
import { Lines } from './textlines'

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
  expect([lines.dropped, lines.changes]).toEqual([2, 1])
  lines.append('\r6')
  expect(lines.all).toEqual(['3', '4', '6'])
})

test('earlier text comes before', () => {
  const lines = new Lines()
  lines.append('3\n4')
  lines.prepend('1\n2\n')
  lines.append('!\n')
  expect(lines.all).toEqual(['1', '2', '3', '4!'])
})

test('titles and odd sequences of terminals are left out', () => {
  expect(of('\u001b]0;name\u0007a\u001b[?25lb\u001b(c\u0000\u0007d')).toEqual(['ab(cd'])
})

describe('progress bars', () => {
  test.each([
    ['tqdm', ['\r  0%|          |', '\r 50%|█████     |', '\r100%|██████████|\n', 'done\n'], ['100%|██████████|', 'done']],
    ['erased before it is rewritten', ['long long line\r\u001b[Kshort\n'], ['short']],
    ['the whole line erased', ['abc\u001b[2K\rx\n'], ['x']],
    ['two bars, one in the other', ['outer 0\n\rinner 0\u001b[A', '\n\rinner 9\u001b[A', '\router 1\n\n'], ['outer 1', 'inner 9']],
    ['a table that is drawn again', ['a 1\nb 1\n', '\u001b[1A\u001b[2K\u001b[1A\u001b[2Ka 2\nb 2\n'], ['a 2', 'b 2']],
    ['erased to the end of the screen', ['a\nb\nc\n\u001b[3A\u001b[Jz\n'], ['z']],
    ['backspaces', ['12%\b\b\b34%\n'], ['34%']],
    ['a column', ['abcdef\u001b[3GX\u001b[1CY\n'], ['abXdYf']],
    ['beyond the end', ['a\u001b[4Cb\n'], ['a    b']],
    ['up beyond the beginning', ['a\u001b[9999Ab\n'], ['ab']],
  ])('%s', (_, pieces, want) => {
    expect(of(...pieces)).toEqual(want)
  })
})

function spansOf(text: string) {
  const lines = new Lines()
  lines.append(text)
  return lines.spans
}

describe('colours', () => {
  test('are kept beside the text', () => {
    expect(spansOf('a \u001b[1;31mred\u001b[0m b')).toEqual([[{ from: 2, to: 5, style: { bold: true, colour: 1 } }]])
  })
  test('go on over the end of a line, and end where they are told to', () => {
    expect(spansOf('\u001b[32mab\ncd\u001b[39m!')).toEqual([
      [{ from: 0, to: 2, style: { colour: 2 } }],
      [{ from: 0, to: 2, style: { colour: 2 } }],
    ])
  })
  test('give way to what is written over them', () => {
    expect(spansOf('\u001b[31mabcdef\r\u001b[2Cxy')).toEqual([[{ from: 0, to: 6, style: { colour: 1 } }]])
    expect(spansOf('\u001b[31mabcdef\u001b[m\r\u001b[2Cxy')).toEqual([
      [{ from: 0, to: 2, style: { colour: 1 } }, { from: 4, to: 6, style: { colour: 1 } }],
    ])
  })
  test.each<[string, Style]>([
    ['31', { colour: 1 }],
    ['97;101', { colour: 15, ground: 9 }],
    ['38;5;208', { colour: [255, 135, 0] }],
    ['38;5;9;1', { colour: 9, bold: true }],
    ['48;5;240', { ground: [88, 88, 88] }],
    ['38;2;10;20;30;4', { colour: [10, 20, 30], underline: true }],
    ['38:2::10:20:30', { colour: [10, 20, 30] }],
    ['38:2:10:20:30', { colour: [10, 20, 30] }],
    ['38:5:1;3', { colour: 1, italic: true }],
    ['4:3', { underline: true }],
    ['2;7;9', { dim: true, inverse: true, strike: true }],
    ['38;5;300', {}],
    ['38;2;1', { colour: [1, 0, 0] }],
    ['5;73;999', {}],
    ['1;0', {}],
    ['', {}],
    ['1;2;3;4;7;9;22;23;24;27;29', {}],
  ])('%s', (numbers, want) => {
    expect(restyle(plainStyle, numbers)).toEqual(want)
  })
})

/** Numbers that look random and are the same each time. */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
}

test('whatever is written in whatever pieces, lines are clean, spans lie in them, and the cuts do not matter', () => {
  const bits = ['a', 'bc', 'λ', '🍷', ' ', '\t', '\n', '\r', '\b', '\u001b', '\u001b[', '31m', '0', ';', ':', 'm', 'K', '\u001b[A', '\u001b[2K', '\u001b[J',
    '\u001b[1;38;5;99m', '\u001b[0m', '\u001b[4m', '\u001b[3G', '\u001b[5C', '\u001b]0;t', '\u0007', '\u001b\\', '\u009b', '\u007f', '['] as const
  for (let seed = 1; seed <= 400; seed++) {
    const roll = random(seed)
    const text = Array.from({ length: 5 + roll(60) }, () => bits[roll(bits.length)]).join('')
    const whole = new Lines()
    whole.append(text)
    const pieces = new Lines()
    for (let at = 0; at < text.length; ) {
      const next = at + 1 + roll(9)
      pieces.append(text.slice(at, next))
      at = next
    }
    expect(pieces.all, JSON.stringify(text)).toEqual(whole.all)
    expect(pieces.spans, JSON.stringify(text)).toEqual(whole.spans)
    whole.all.forEach((line, i) => {
       
      expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/)
      let end = 0
      for (const span of whole.spans[i] ?? []) {
        expect(span.from).toBeGreaterThanOrEqual(end)
        expect(span.to).toBeGreaterThan(span.from)
        expect(span.to).toBeLessThanOrEqual(line.length)
        end = span.to
      }
    })
  }
})
