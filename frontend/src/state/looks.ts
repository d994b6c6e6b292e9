import type { RunColumn } from '../api/tabletypes'
import { read, write } from './kept'

/**
 * How a table looked where it begins: enough to ask for its first cells, and to
 * draw them, before it is known which columns there are by now.
 */
export interface Look {
  /** Which runs: their experiments and filter. */
  of: string
  /** The cells that were asked for. */
  wanted: readonly string[]
  columns: readonly RunColumn[]
}

const place = 'varve.looks'
/** Tables that are remembered: those that were looked at last. */
const most = 12

/** How a table of these runs looked when it was last seen, on this computer. */
export function lookOf(of: string): Look | undefined {
  return all().find((look) => look.of === of)
}

/** Remembers how a table looks: the columns that are drawn, and what is known of every run. */
export function remember(of: string, wanted: readonly string[], columns: readonly RunColumn[]): void {
  const drawn = columns.filter((c) => c.kind === 'attribute' || wanted.some((name) => name === c.name || name.endsWith(`(${c.name})`)))
  const text = JSON.stringify([{ of, wanted, columns: drawn }, ...all().filter((look) => look.of !== of)].slice(0, most))
  if (text !== read(place)) write(place, text)
}

/** Of what cannot be read, nothing was remembered. */
function all(): Look[] {
  try {
    const looks: unknown = JSON.parse(read(place) ?? '[]')
    return Array.isArray(looks) ? looks.filter(isLook) : []
  } catch {
    return []
  }
}

function isLook(value: unknown): value is Look {
  if (typeof value !== 'object' || value === null) return false
  const { of, wanted, columns } = value as Record<string, unknown>
  return typeof of === 'string' && Array.isArray(wanted) && wanted.every((name) => typeof name === 'string') && Array.isArray(columns) && columns.every(isColumn)
}

function isColumn(value: unknown): value is RunColumn {
  if (typeof value !== 'object' || value === null) return false
  const { name, key, kind, type, filled } = value as Record<string, unknown>
  return [name, key, kind, type].every((text) => typeof text === 'string') && typeof filled === 'number'
}
