import type { Change } from '../api/types'

/** Reads one message of the stream; undefined when it is not one. */
export function parseChange(text: string): Change | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('seq' in value) || typeof value.seq !== 'number') return undefined
  return value as Change
}

/** How a message stands to the last one that was seen. */
export type Order = 'next' | 'old' | 'gap'

/** A gap, or a reset, means: read everything again. */
export function order(last: number, change: Change): Order {
  if (change.reset === true) return 'gap'
  if (change.seq <= last) return 'old'
  return change.seq === last + 1 ? 'next' : 'gap'
}
