import type { Style, TermColour } from './logstyle'

export type Rgb = readonly [red: number, green: number, blue: number]

/** What the theme has for output: its ground, its text, its 16 colours. */
export interface LogTheme {
  ground: Rgb
  text: Rgb
  sixteen: readonly Rgb[]
}

/** How a piece is painted; undefined where the log's own colour stands. */
export interface Paint {
  colour: string | undefined
  ground: string | undefined
}

/** Tokens for the colours 0 to 15 of a terminal; where one is too weak, it is made stronger. */
const sixteen = [
  'text-off', 'failed', 'ok', 'lost', 'c-5', 'c-9', 'accent', 'text-2',
  'text-3', 'failed', 'ok', 'lost', 'c-3', 'c-4', 'accent-2', 'text',
] as const

/** Reads the theme of output from design tokens. */
export function logTheme(token: (name: string) => string): LogTheme {
  return { ground: fromHex(token('sunken')), text: fromHex(token('text-2')), sixteen: sixteen.map((name) => fromHex(token(name))) }
}

/** Contrast that small text needs (WCAG 2, AA). */
const enough = 4.5

/**
 * The colours of a style that can be read in a theme: what a program chose for
 * black terminals is made darker on a light page until it has contrast.
 */
export function paint(style: Style, theme: LogTheme): Paint {
  let [colour, ground] = [value(style.colour, theme), value(style.ground, theme)]
  if (style.inverse === true) [colour, ground] = [ground ?? theme.ground, colour ?? theme.text]
  if (colour === undefined && ground === undefined && style.dim !== true) return { colour: undefined, ground: undefined }
  const under = ground ?? theme.ground
  let ink = colour ?? theme.text
  if (style.dim === true) ink = between(ink, under, 0.35)
  return { colour: css(readable(ink, under)), ground: ground === undefined ? undefined : css(ground) }
}

/** The colour itself, or the nearest towards black or white that has contrast. */
export function readable(colour: Rgb, ground: Rgb): Rgb {
  if (contrast(colour, ground) >= enough) return colour
  const goal: Rgb = contrast([0, 0, 0], ground) > contrast([255, 255, 255], ground) ? [0, 0, 0] : [255, 255, 255]
  for (let share = 0.05; share < 1; share += 0.05) {
    const mixed = between(colour, goal, share)
    if (contrast(mixed, ground) >= enough) return mixed
  }
  return goal
}

/** The contrast of two colours, 1 to 21 (WCAG 2). */
export function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

function light([red, green, blue]: Rgb): number {
  const linear = (n: number) => (n <= 10 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function between(a: Rgb, b: Rgb, share: number): Rgb {
  const mix = (x: number, y: number) => Math.round(x + (y - x) * share)
  return [mix(a[0], b[0]), mix(a[1], b[1]), mix(a[2], b[2])]
}

function value(colour: TermColour | undefined, theme: LogTheme): Rgb | undefined {
  return typeof colour === 'number' ? theme.sixteen[colour] : colour
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`
}

/** A token such as #1a2b3c; grey for what is none, so that it can be read on any page. */
function fromHex(text: string): Rgb {
  const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.length === 4 ? text.replace(/[^#]/g, '$&$&') : text)
  const part = (i: number) => parseInt(found?.[i] ?? '80', 16)
  return [part(1), part(2), part(3)]
}
