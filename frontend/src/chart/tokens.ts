import type { Token } from './tree'

/** Reads design tokens as they are on the page now, light or dark. */
export function pageTokens(): Token {
  const style = getComputedStyle(document.documentElement)
  return (name) => style.getPropertyValue(`--${name}`).trim()
}
