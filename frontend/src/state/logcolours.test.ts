import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { contrast, logTheme, paint, readable, type LogTheme, type Rgb } from './logcolours'
import type { Style } from './logstyle'

const css = readFileSync(new URL('../styles/tokens.css', import.meta.url), 'utf8')
const dark = css.slice(css.indexOf(':root[data-theme="dark"]'))

function theme(from: string): LogTheme {
  return logTheme((name) => new RegExp(`--${name}:\\s*(#[0-9a-f]+)`).exec(from)?.[1] ?? '')
}

const rgb = (text: string | undefined): Rgb => {
  const [r = NaN, g = NaN, b = NaN] = (text ?? '').match(/\d+/g)?.map(Number) ?? []
  return [r, g, b]
}

describe.each([['light', theme(css)], ['dark', theme(dark)]])('on a %s page', (_, page) => {
  test('the tokens were found', () => {
    expect(new Set(page.sixteen.map(String)).size).toBeGreaterThan(10)
    expect(String(page.ground)).not.toBe('128,128,128')
  })

  test('every colour that a program may choose can be read', () => {
    const colours: Style['colour'][] = [undefined, ...Array.from({ length: 16 }, (_, i) => i)]
    for (const level of [0, 64, 128, 200, 255]) colours.push([level, level, level], [level, 0, 255], [255, level, 0], [0, 255, level])
    for (const colour of colours) {
      for (const ground of colours) {
        for (const more of [{}, { dim: true }, { inverse: true }] as const) {
          const style: Style = { ...(colour !== undefined && { colour }), ...(ground !== undefined && { ground }), ...more }
          const painted = paint(style, page)
          const under = painted.ground === undefined ? page.ground : rgb(painted.ground)
          const ink = painted.colour === undefined ? page.text : rgb(painted.colour)
          expect(contrast(ink, under), JSON.stringify(style)).toBeGreaterThanOrEqual(4.5)
        }
      }
    }
  })

  test('what can be read stays as it is', () => {
    expect(paint({ colour: 1 }, page).colour).toBe(`rgb(${page.sixteen[1]?.join(' ') ?? ''})`)
    expect(paint({ bold: true }, page)).toEqual({ colour: undefined, ground: undefined })
  })
})

test('contrast is that of the standard', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5)
  expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.478, 2)
  expect(readable([255, 255, 0], [255, 255, 255])[2]).toBe(0)
})
