import type { OrderHead } from './tabletypes'

const magic = 'VARVET1\n'
const idBytes = 16

/** No line: the run stands in no other one. */
const none = 0xffffffff

/**
 * The runs that answer a question, in their order: sixteen bytes for each, so
 * that all of a hundred thousand are at hand, and only their cells are read in
 * windows.
 */
export class RunOrder {
  readonly head: OrderHead
  /** Runs in it; with those that are here only for what is nested in them. */
  readonly total: number
  /** Of nested runs: the line of the run that each stands in. */
  readonly parents: Uint32Array | undefined
  /** Four numbers for each run; only compared, and printed. */
  readonly words: Uint32Array
  readonly #bytes: Uint8Array
  readonly #odd: ReadonlyMap<number, string>
  readonly #names: (string | undefined)[] = []

  constructor(head: OrderHead, bytes: Uint8Array, parents?: Uint32Array) {
    this.head = head
    this.total = bytes.length / idBytes
    this.parents = parents
    this.#bytes = bytes
    this.words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    this.#odd = new Map((head.odd ?? []).map(({ line, id }) => [line, id]))
  }

  /** The id of the run in a line. */
  id(line: number): string {
    let name = this.#names[line]
    if (name === undefined) {
      name = this.#odd.get(line) ?? hex(this.#bytes, line * idBytes)
      this.#names[line] = name
    }
    return name
  }

  /** The line of the run that the one of a line stands in. */
  parent(line: number): number | undefined {
    const above = this.parents?.[line]
    return above === undefined || above === none ? undefined : above
  }
}

/** Reads an answer of /runs/order. */
export function decodeOrder(buffer: ArrayBuffer): RunOrder {
  const view = new DataView(buffer)
  const start = new TextDecoder().decode(new Uint8Array(buffer, 0, magic.length))
  if (start !== magic) throw new Error('the order of the runs came in a form that these pages do not know')
  const size = view.getUint32(8, true)
  const begin = 16 + size
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 16, size))) as OrderHead
  const ids = new Uint8Array(buffer, begin, head.lines * idBytes)
  const rest = buffer.byteLength - begin - ids.length
  if (rest < head.lines * 4) return new RunOrder(head, ids)
  return new RunOrder(head, ids, Uint32Array.from({ length: head.lines }, (_, i) => view.getUint32(begin + ids.length + i * 4, true)))
}

/** An order of no run. */
export const noRuns = new RunOrder({ seq: 0, total: 0, lines: 0, all: 0 }, new Uint8Array())

const digits = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

function hex(bytes: Uint8Array, from: number): string {
  let text = ''
  for (let i = from; i < from + idBytes; i++) text += digits[bytes[i] ?? 0] ?? ''
  return text
}

/** Reads an answer of /runs/sparklines: pairs of step and value, run after run. */
export function decodeSparklines(buffer: ArrayBuffer): Float64Array[] {
  const view = new DataView(buffer)
  const runs = view.getUint32(0, true)
  const sizes = Array.from({ length: runs }, (_, i) => view.getUint32(4 + i * 4, true))
  let at = Math.ceil((4 + runs * 4) / 8) * 8
  return sizes.map((points) => {
    const pairs = new Float64Array(points * 2)
    for (let i = 0; i < pairs.length; i++) pairs[i] = view.getFloat64(at + i * 8, true)
    at += points * 16
    return pairs
  })
}
