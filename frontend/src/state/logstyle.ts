/**
 * A colour that a program asked of its terminal: one of the 16 that a theme
 * chooses, or a colour of its own.
 */
export type TermColour = number | readonly [red: number, green: number, blue: number]

/** How a piece of output looks. */
export interface Style {
  readonly colour?: TermColour
  readonly ground?: TermColour
  readonly bold?: true
  readonly dim?: true
  readonly italic?: true
  readonly underline?: true
  readonly strike?: true
  readonly inverse?: true
}

/** A piece of a line that does not look plain. */
export interface Span {
  from: number
  to: number
  style: Style
}

export const plainStyle: Style = {}

type Writable = { -readonly [K in keyof Style]: Style[K] }

/**
 * The style after the numbers of a "select graphic rendition" sequence, as
 * ECMA-48 and xterm define them: "1;31", "38;5;208", "38:2::10:20:30", "".
 * What is not known changes nothing.
 */
export function restyle(before: Style, numbers: string): Style {
  const style: Writable = { ...before }
  const fields = numbers.split(';')
  for (let i = 0; i < fields.length; i++) {
    const parts = (fields[i] ?? '').split(':').map(number)
    const [code = 0] = parts
    if (code === 38 || code === 48) {
      // With colons the colour is one field; with semicolons it takes the next ones.
      const own = parts.length > 1
      const rest = own ? parts.slice(1) : fields.slice(i + 1, i + 5).map(number)
      // Between 2 and red, the form with colons may name a colour space.
      const taken = rest[0] === 5 ? 2 : rest[0] === 2 ? (own && rest.length > 4 ? 5 : 4) : 1
      const colour = rest[0] === 5 ? indexed(rest[1]) : rest[0] === 2 ? mixed(rest.slice(taken - 3, taken)) : undefined
      if (!own) i += taken
      if (colour !== undefined) style[code === 38 ? 'colour' : 'ground'] = colour
    } else if (code === 4 && parts[1] === 0) {
      delete style.underline
    } else {
      apply(style, code)
    }
  }
  return style
}

function apply(style: Writable, code: number): void {
  if (code >= 30 && code <= 37) style.colour = code - 30
  else if (code >= 90 && code <= 97) style.colour = code - 82
  else if (code >= 40 && code <= 47) style.ground = code - 40
  else if (code >= 100 && code <= 107) style.ground = code - 92
  const on = turnsOn[code]
  if (on !== undefined) style[on] = true
  for (const part of code === 0 ? allParts : (turnsOff[code] ?? [])) Reflect.deleteProperty(style, part)
}

const turnsOn: Partial<Record<number, 'bold' | 'dim' | 'italic' | 'underline' | 'strike' | 'inverse'>> = {
  1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 7: 'inverse', 9: 'strike', 21: 'underline',
}
const turnsOff: Partial<Record<number, readonly (keyof Style)[]>> = {
  22: ['bold', 'dim'], 23: ['italic'], 24: ['underline'], 27: ['inverse'], 29: ['strike'], 39: ['colour'], 49: ['ground'],
}
const allParts: readonly (keyof Style)[] = ['colour', 'ground', 'bold', 'dim', 'italic', 'underline', 'strike', 'inverse']

function number(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : 0
}

/** A colour of the 256: 16 of the theme, a cube of 6 × 6 × 6, 24 greys. */
function indexed(n: number | undefined): TermColour | undefined {
  if (n === undefined || n > 255) return undefined
  if (n < 16) return n
  if (n >= 232) return [8 + (n - 232) * 10, 8 + (n - 232) * 10, 8 + (n - 232) * 10]
  const level = (k: number) => (k === 0 ? 0 : 55 + k * 40)
  return [level(Math.floor((n - 16) / 36)), level(Math.floor((n - 16) / 6) % 6), level((n - 16) % 6)]
}

function mixed([red = 0, green = 0, blue = 0]: readonly number[]): TermColour | undefined {
  return red > 255 || green > 255 || blue > 255 ? undefined : [red, green, blue]
}

/**
 * The spans of a line after the columns from…to were written in a style:
 * what lay there before gives way, neighbours of the same style become one.
 */
export function overwrite(spans: readonly Span[] | undefined, from: number, to: number, style: Style): Span[] | undefined {
  const plain = style === plainStyle
  if (from === to || (spans === undefined && plain)) return spans as Span[] | undefined
  const out: Span[] = []
  for (const s of spans ?? []) if (s.from < from) out.push({ ...s, to: Math.min(s.to, from) })
  if (!plain) {
    const last = out.at(-1)
    if (last?.to === from && last.style === style) last.to = to
    else out.push({ from, to, style })
  }
  for (const s of spans ?? []) {
    if (s.to <= to) continue
    const last = out.at(-1)
    if (last?.to === to && last.style === s.style && s.from <= to) last.to = s.to
    else out.push({ ...s, from: Math.max(s.from, to) })
  }
  return out.length === 0 ? undefined : out
}
