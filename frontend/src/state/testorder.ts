import { RunOrder } from '../api/order'
import type { OrderHead, RunGroup } from '../api/tabletypes'

/** An order for tests: ids are single letters. */
export function orderOf(letters: string, head: Partial<OrderHead> = {}, parents?: readonly (number | undefined)[]): RunOrder {
  const bytes = new Uint8Array(letters.length * 16)
  Array.from(letters).forEach((letter, i) => bytes.fill(letter.charCodeAt(0), i * 16, i * 16 + 16))
  const above = parents === undefined ? undefined : Uint32Array.from(parents, (line) => line ?? 0xffffffff)
  return new RunOrder({ seq: 1, total: letters.length, lines: letters.length, all: letters.length, ...head }, bytes, above)
}

/** The id that a letter has in such an order. */
export function idOf(letter: string): string {
  return letter.charCodeAt(0).toString(16).repeat(16)
}

/** The letters of ids. */
export function lettersOf(ids: readonly string[]): string {
  return ids.map((id) => String.fromCharCode(parseInt(id.slice(0, 2), 16))).join('')
}

/** A group for tests. */
export function groupOf(id: string, from: number, runs: number, more: Partial<RunGroup> = {}): RunGroup {
  return { id, name: id, key: [], runs, from, statuses: { finished: runs }, cells: [], ...more }
}
