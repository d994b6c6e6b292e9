import { read, write } from './kept'

const place = 'varve.strips'
/** Tables that are remembered: those that were looked at last. */
const most = 24

/** How high the charts above the table of some experiments were when it was last seen, in px; 0 if there were none. */
export function stripHeight(experiments: string): number {
  return all().find(([of]) => of === experiments)?.[1] ?? 0
}

/** Remembers it, so that the table does not move when the charts come. */
export function rememberStrip(experiments: string, height: number): void {
  const text = JSON.stringify([[experiments, height], ...all().filter(([of]) => of !== experiments)].slice(0, most))
  if (text !== read(place)) write(place, text)
}

/** Of what cannot be read, nothing was remembered. */
function all(): [string, number][] {
  try {
    const kept: unknown = JSON.parse(read(place) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isStrip) : []
  } catch {
    return []
  }
}

function isStrip(value: unknown): value is [string, number] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number' && value[1] >= 0 && value[1] < 1000
}
