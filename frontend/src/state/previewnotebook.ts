import { Lines } from './textlines'

/** A part of a notebook, ready to be shown: nothing of it is markup. */
export type CellOutput = { kind: 'text'; text: string; wrong: boolean } | { kind: 'picture'; address: string } | { kind: 'left out'; what: string }

export interface Cell {
  kind: 'markdown' | 'code' | 'raw'
  source: string
  number: string
  outputs: CellOutput[]
}

type Tree = Record<string, unknown>

/** The cells of a notebook (nbformat 4); undefined for what is none. */
export function readNotebook(text: string): Cell[] | undefined {
  let whole: unknown
  try {
    whole = JSON.parse(text)
  } catch {
    return undefined
  }
  const { cells } = tree(whole)
  if (!Array.isArray(cells)) return undefined
  return cells.map(tree).map((cell) => {
    const kind = cell['cell_type'] === 'code' || cell['cell_type'] === 'markdown' ? cell['cell_type'] : 'raw'
    const outputs = Array.isArray(cell['outputs']) ? cell['outputs'].map(tree).map(output) : []
    return { kind, source: joined(cell['source']), number: typeof cell['execution_count'] === 'number' ? String(cell['execution_count']) : '', outputs }
  })
}

function output(given: Tree): CellOutput {
  if (given['output_type'] === 'stream') return { kind: 'text', text: plain(joined(given['text'])), wrong: given['name'] === 'stderr' }
  if (given['output_type'] === 'error') return { kind: 'text', text: plain(joined(given['traceback'], '\n')), wrong: true }
  const data = tree(given['data'])
  for (const type of ['image/png', 'image/jpeg']) {
    const code = joined(data[type]).replace(/\s/g, '')
    if (code !== '' && /^[A-Za-z0-9+/]+=*$/.test(code)) return { kind: 'picture', address: `data:${type};base64,${code}` }
  }
  if (data['text/plain'] !== undefined) return { kind: 'text', text: plain(joined(data['text/plain'])), wrong: false }
  return { kind: 'left out', what: Object.keys(data).join(', ') }
}

/** Text as a terminal would leave it, without colours. */
function plain(text: string): string {
  const lines = new Lines()
  lines.append(text)
  return lines.all.join('\n')
}

function joined(value: unknown, between = ''): string {
  return Array.isArray(value) ? value.map((v) => (typeof v === 'string' ? v : '')).join(between) : typeof value === 'string' ? value : ''
}

function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {}
}
