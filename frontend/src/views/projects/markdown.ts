/** A block of a README, as far as its words need it. */
export type Block =
  | { kind: 'heading' | 'text' | 'code'; text: string }
  | { kind: 'list'; items: string[] }

/**
 * Reads Markdown as plain words in blocks: headings, paragraphs, lists, code.
 * Nothing in it becomes markup, pictures and HTML are left out.
 */
export function readMarkdown(source: string): Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  let code: string[] | undefined
  const flush = () => {
    const text = words(paragraph.join(' '))
    paragraph = []
    if (text !== '') blocks.push({ kind: 'text', text })
  }
  for (const line of source.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) {
      flush()
      if (code === undefined) code = []
      else {
        blocks.push({ kind: 'code', text: code.join('\n') })
        code = undefined
      }
      continue
    }
    if (code !== undefined) {
      code.push(line)
      continue
    }
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)
    const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line)
    if (heading !== null) {
      flush()
      blocks.push({ kind: 'heading', text: words(heading[1] ?? '') })
    } else if (item !== null) {
      flush()
      const last = blocks.at(-1)
      const text = words(item[1] ?? '')
      if (last?.kind === 'list') last.items.push(text)
      else blocks.push({ kind: 'list', items: [text] })
    } else if (line.trim() === '') flush()
    else paragraph.push(line.trim())
  }
  flush()
  if (code !== undefined) blocks.push({ kind: 'code', text: code.join('\n') })
  return blocks
}

function words(text: string): string {
  return text
    .replace(/<[^>]*>/g, '')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__)(.+?)\1/g, '$2')
    .replace(/`([^`]*)`/g, '$1')
    .replace(/(^|\W)[*_](\S(?:.*?\S)?)[*_](?=\W|$)/g, '$1$2')
    .trim()
}
