import { dropBefore, fitting } from './geometry'
import type { GridColumn } from './types'

/** What a column is dragged in: the columns of its part, and where that begins in the window. */
export interface Part {
  columns: readonly GridColumn[]
  /** The left edge of its first column, in the window; it moves with the scrolling. */
  origin: () => number
  /** Where its first column begins on the canvas. */
  left: number
}

interface Going {
  column: GridColumn
  kind: 'width' | 'place'
  from: number
  part: Part
}

/** How far the pointer goes before a press is a drag. */
const slack = 5

/** A head under the pointer: its edge changes the width, its middle the place. */
export class HeadDrag {
  /** Where the dragged column would come to stand, on the canvas. */
  drop = $state<number | undefined>(undefined)
  #going: Going | undefined
  #moved = false
  #before: string | undefined
  readonly #resize: (column: string, width: number) => void
  readonly #reorder: (column: string, before: string | undefined) => void

  constructor(resize: (column: string, width: number) => void, reorder: (column: string, before: string | undefined) => void) {
    this.#resize = resize
    this.#reorder = reorder
  }

  /** The press that ended just now was a drag: the click that follows means nothing. */
  get moved(): boolean {
    return this.#moved
  }

  begin(column: GridColumn, kind: 'width' | 'place', x: number, part: Part): void {
    this.#going = { column, kind, from: x, part }
    this.#moved = kind === 'width'
    this.#before = column.id
  }

  move(x: number): void {
    const going = this.#going
    if (going === undefined) return
    if (!this.#moved && Math.abs(x - going.from) < slack) return
    this.#moved = true
    if (going.kind === 'width') {
      this.#resize(going.column.id, fitting(going.column.width + x - going.from))
      return
    }
    const { columns, origin, left } = going.part
    this.#before = dropBefore(columns, x - origin())
    const at = columns.findIndex((c) => c.id === this.#before)
    const passed = at < 0 ? columns : columns.slice(0, at)
    this.drop = left + passed.reduce((sum, c) => sum + c.width, 0)
  }

  end(): void {
    const going = this.#going
    if (going?.kind === 'place' && this.#moved && this.#before !== going.column.id) this.#reorder(going.column.id, this.#before)
    this.cancel()
  }

  cancel(): void {
    this.#going = undefined
    this.drop = undefined
  }
}
