import { RunOrder } from '../api/order'

/** What a fresh order says about the one that is shown. */
export interface Difference {
  /** Runs that match and are not shown. */
  newer: number
  /** The shown runs would stand in another order, or fewer would be shown. */
  reordered: boolean
}

/** Compares the order that is shown with a fresh answer to the same question. */
export function difference(shown: RunOrder, fresh: RunOrder): Difference {
  if (equal(shown.words, fresh.words)) return { newer: 0, reordered: false }
  const places = new Places(shown.words)
  let newer = 0
  let known = 0
  let reordered = false
  let last = -1
  for (let run = 0; run < fresh.total; run++) {
    const at = places.of(fresh.words, run)
    if (at < 0) {
      newer++
      continue
    }
    known++
    if (at < last) reordered = true
    last = at
  }
  return { newer, reordered: reordered || known < shown.total }
}

/** An order without some of its runs; the figures of their groups stay until they are read again. */
export function withoutRuns(order: RunOrder, ids: ReadonlySet<string>): RunOrder {
  const kept: number[] = []
  const places = new Int32Array(order.total)
  for (let run = 0; run < order.total; run++) {
    places[run] = kept.length
    if (!ids.has(order.id(run))) kept.push(run)
  }
  if (kept.length === order.total) return order
  const words = new Uint32Array(kept.length * 4)
  kept.forEach((run, i) => words.set(order.words.subarray(run * 4, run * 4 + 4), i * 4))
  const at = (run: number) => (run < order.total ? (places[run] ?? 0) : kept.length)
  const stays = (run: number) => !ids.has(order.id(run))
  const { head } = order
  const groups = head.groups
    ?.map((group) => ({ ...group, from: at(group.from), runs: at(group.from + group.runs) - at(group.from) }))
    .filter((group) => group.runs > 0)
  const left = {
    ...head,
    lines: kept.length,
    total: head.total - order.total + kept.length,
    odd: (head.odd ?? []).filter(({ line }) => stays(line)).map(({ line, id }) => ({ line: at(line), id })),
    ...(head.context !== undefined && { context: head.context.filter(stays).map(at) }),
    ...(groups !== undefined && { groups }),
  }
  const parents = order.parents === undefined ? undefined : Uint32Array.from(kept, (run) => parentOf(order, run, stays, at))
  return new RunOrder(left, new Uint8Array(words.buffer), parents)
}

/** The line of the nearest run above that stays. */
function parentOf(order: RunOrder, run: number, stays: (run: number) => boolean, at: (run: number) => number): number {
  let above = order.parent(run)
  while (above !== undefined && !stays(above)) above = order.parent(above)
  return above === undefined ? 0xffffffff : at(above)
}

function equal(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Where runs stand, by their four words: a table of places without any text. */
class Places {
  readonly #words: Uint32Array
  readonly #table: Int32Array
  readonly #mask: number

  constructor(words: Uint32Array) {
    this.#words = words
    let size = 16
    while (size < (words.length / 4) * 2) size *= 2
    this.#mask = size - 1
    this.#table = new Int32Array(size).fill(-1)
    for (let run = 0; run < words.length / 4; run++) this.#table[this.#find(words, run)] = run
  }

  of(words: Uint32Array, run: number): number {
    return this.#table[this.#find(words, run)] ?? -1
  }

  /** The slot of a run: its own, or the free one where it would stand. */
  #find(words: Uint32Array, run: number): number {
    const from = run * 4
    let slot = mixed(words, from) & this.#mask
    for (;;) {
      const other = this.#table[slot] ?? -1
      if (other < 0 || same(this.#words, other * 4, words, from)) return slot
      slot = (slot + 1) & this.#mask
    }
  }
}

function same(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  return a[i] === b[j] && a[i + 1] === b[j + 1] && a[i + 2] === b[j + 2] && a[i + 3] === b[j + 3]
}

function mixed(words: Uint32Array, from: number): number {
  let hash = 0
  for (let i = from; i < from + 4; i++) hash = Math.imul(hash ^ (words[i] ?? 0), 0x9e3779b1)
  return (hash ^ (hash >>> 15)) >>> 0
}
