import { marked, type MarkedToken, type Token } from 'marked'

/**
 * Reads Markdown as tokens. They are drawn by components, never as HTML: nothing
 * in a text that came from elsewhere becomes markup or fetches a picture.
 */
export function readMarkdown(source: string): MarkedToken[] {
  return known(marked.lexer(source, { gfm: true }))
}

/** The tokens of Markdown itself; there are no extensions. */
export function known(tokens: Token[] | undefined): MarkedToken[] {
  return (tokens ?? []) as MarkedToken[]
}

/** The address of a link that may be opened: https, nothing else. */
export function safeLink(href: string): string | undefined {
  try {
    const url = new URL(href)
    return url.protocol === 'https:' ? url.href : undefined
  } catch {
    return undefined
  }
}

/** A text without the tags in it; comments go whole. */
export function withoutTags(html: string): string {
  return html.replace(/<!--[\s\S]*?-->/g, '').replace(/<[^>]*>/g, '')
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** A text with the few entities that READMEs use as letters. */
export function letters(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|([a-z]+));/g, (whole, code: string | undefined, name: string | undefined) => {
    if (code !== undefined) return Number(code) > 0 && Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : whole
    return entities[name ?? ''] ?? whole
  })
}
