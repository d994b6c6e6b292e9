/** How an artifact can be shown. */
export type PreviewKind = 'text' | 'table' | 'json' | 'markdown' | 'notebook' | 'html' | 'image' | 'arrays' | 'none'

/** Bytes of text that a preview reads, and the largest picture. */
export const mostText = 1024 * 1024
/** Bytes of a file of which nobody knows what it is. */
export const mostUnknown = 64 * 1024
/** A notebook carries its pictures within. */
export const mostNotebook = 10 * 1024 * 1024
export const mostImage = 20 * 1024 * 1024

const images: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
}

const kinds: Partial<Record<string, PreviewKind>> = {
  json: 'json', geojson: 'json', ipynb: 'notebook', csv: 'table', tsv: 'table', tab: 'table', parquet: 'table', pq: 'table', xlsx: 'table', xlsm: 'table', npy: 'arrays', npz: 'arrays', md: 'markdown', markdown: 'markdown', html: 'html', htm: 'html',
}

const texts = new Set(
  'txt log rst yaml yml toml ini cfg conf py r jl go rs c h cpp java js ts sh sql xml css tex bib env lock requirements'.split(' '),
)

/** Files that are text without an ending that says so. */
const named = new Set(['MLmodel', 'MLproject', 'Dockerfile', 'Makefile', 'LICENSE', 'README', 'requirements'])

/** How to show a file, by its name. */
export function previewKind(path: string): PreviewKind {
  const name = path.split('/').at(-1) ?? ''
  const dot = name.lastIndexOf('.')
  const ending = dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
  const special = kinds[ending]
  if (special !== undefined) return special
  if (ending in images) return 'image'
  if (texts.has(ending) || named.has(name)) return 'text'
  // Small files without an ending are mostly text; looksBinary has the last word.
  return ending === '' || ending === 'jsonl' ? 'text' : 'none'
}

/** The type that a browser needs to show a picture. */
export function imageType(path: string): string {
  return images[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
}

/** Whether bytes are no text: a zero, or not UTF-8. */
export function looksBinary(bytes: Uint8Array, whole: boolean): boolean {
  if (bytes.includes(0)) return true
  try {
    // A cut piece may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole })
    return false
  } catch {
    return true
  }
}

/** JSON with two spaces, or the text as it is when it cannot be read. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

const none = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:"

/** A page for a frame without rights: it runs nothing and fetches nothing, whatever it says. */
export function harmless(html: string): string {
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${none}"><meta name="color-scheme" content="light">${html}`
}
