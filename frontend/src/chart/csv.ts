import type { Line } from './data'

/** Rows in one piece of text: millions of them are more than one text can hold. */
const pieceRows = 50_000

/**
 * The points of all lines as CSV (RFC 4180), in pieces: x, then one column per
 * line. A value of every point is there, also when several have the same x:
 * they follow each other in rows of their own. NaN and infinities are words.
 */
export function csv(xName: string, lines: readonly Line[], writeX: (x: number) => string = String): string[] {
  const pieces: string[] = []
  let rows = [written([xName === '' ? 'x' : xName, ...lines.map((l) => l.label)])]
  const at = lines.map(() => 0)
  const xOf = (i: number) => lines[i]?.pairs[(at[i] ?? 0) * 2]
  for (;;) {
    const next = lines.map((_, i) => xOf(i)).filter((x) => x !== undefined)
    if (next.length === 0) break
    const x = next.reduce((a, b) => (b < a ? b : a))
    const values = lines.map((line, i) => {
      if (xOf(i) !== x) return ''
      at[i] = (at[i] ?? 0) + 1
      return String(line.pairs[(at[i] ?? 0) * 2 - 1])
    })
    rows.push(written([writeX(x), ...values]))
    if (rows.length === pieceRows) {
      pieces.push(rows.join(''))
      rows = []
    }
  }
  return [...pieces, rows.join('')]
}

function written(row: readonly string[]): string {
  return row.map(field).join(',') + '\r\n'
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A name for a file from a title: letters of every language stay, what file systems refuse goes. */
export function fileName(title: string, ending: string): string {
  const name = title.replace(/[^\p{L}\p{N}.-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '')
  return `${name === '' ? 'chart' : name.slice(0, 80)}.${ending}`
}
