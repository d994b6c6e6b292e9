/** How numbers are written, whatever the language of the computer: 61,578.5 · 61 578.5 · 61 578,5 · 61.578,5. */
export const numberStyles = ['point', 'space', 'comma', 'dots'] as const
export type NumberStyle = (typeof numberStyles)[number]

// A thin space that does not break stands between groups, as ISO 80000 has it.
const signs: Record<NumberStyle, { group: string; decimal: string }> = {
  point: { group: ',', decimal: '.' },
  space: { group: '\u202f', decimal: '.' },
  comma: { group: '\u202f', decimal: ',' },
  dots: { group: '.', decimal: ',' },
}

let now = signs.point

/** Chooses how all numbers are written from now on. */
export function setNumberStyle(style: NumberStyle): void {
  now = signs[style]
}

/** A number written with groups "," and decimals ".", in the chosen style. */
export function inStyle(text: string): string {
  if (now === signs.point) return text
  return text.replace(/[,.]/g, (sign) => (sign === ',' ? now.group : now.decimal))
}
