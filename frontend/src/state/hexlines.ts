/** Bytes that a hex view shows. */
export const mostHex = 4096

const wide = 16

/** Bytes as programmers read them: where, in hex, and what of it is text. */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += wide) {
    const row = [...bytes.subarray(at, at + wide)]
    const hex = row.map((b) => b.toString(16).padStart(2, '0')).join(' ')
    const text = row.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(wide * 3)} ${text}`)
  }
  return lines.join('\n')
}
