import type { Placed } from './geometry'
import type { GridText } from './types'

/** A cell that is a text and nothing else, at its place. */
export interface TextCell extends GridText {
  place: Placed
  /** For those who point at the cell of the cursor. */
  id: string | undefined
  ringed: boolean
  /** Its row is not loaded: a bar stands for the text. */
  loading: boolean
}

/** A cell as it was drawn, and its parts. */
interface Drawn {
  shell: HTMLDivElement
  inside: HTMLSpanElement
  letters: Text
  bar: HTMLSpanElement | undefined
  ground: HTMLSpanElement | undefined
  after: HTMLSpanElement | undefined
  cell: TextCell
}

/**
 * The cells of a line that are texts, written by hand into an element of it: a
 * screen has hundreds of them, all are new when it opens and in every frame of a
 * hurried scroll, and parts of a component for each would take most of the time.
 * What a slot shows already is left as it is.
 */
export class CellTexts {
  readonly #slots: (Drawn | undefined)[] = []

  /** Shows the cells, slot by slot, in an element that nobody else writes into. */
  draw(box: HTMLElement, cells: readonly (TextCell | undefined)[]): void {
    for (let slot = 0; slot < Math.max(cells.length, this.#slots.length); slot++) {
      const cell = cells[slot]
      const drawn = this.#slots[slot]
      if (cell === undefined) {
        drawn?.shell.remove()
        this.#slots[slot] = undefined
      } else if (drawn === undefined) {
        const made = make(cell)
        this.#slots[slot] = made
        box.append(made.shell)
      } else change(drawn, cell)
    }
    this.#slots.length = cells.length
  }
}

function make(cell: TextCell): Drawn {
  const shell = document.createElement('div')
  const inside = document.createElement('span')
  const letters = document.createTextNode(cell.text)
  shell.setAttribute('role', 'gridcell')
  shell.className = shellClass(cell)
  put(shell, 'id', cell.id)
  inside.className = insideClass(cell)
  put(inside, 'title', cell.title)
  number(shell, cell.place)
  shell.style.cssText = cell.place.style
  name(shell, cell)
  inside.append(letters)
  shell.append(inside)
  const drawn: Drawn = { shell, inside, letters, bar: undefined, ground: undefined, after: undefined, cell }
  scale(drawn, cell)
  follow(drawn, cell)
  return drawn
}

function change(drawn: Drawn, cell: TextCell): void {
  const { shell, inside, letters, cell: was } = drawn
  if (was.text !== cell.text) letters.data = cell.text
  if (was.title !== cell.title) put(inside, 'title', cell.title)
  if (was.look !== cell.look || was.loading !== cell.loading) inside.className = insideClass(cell)
  if (was.id !== cell.id) put(shell, 'id', cell.id)
  if (was.bar !== cell.bar || was.ground !== cell.ground) scale(drawn, cell)
  if (was.after?.text !== cell.after?.text || was.after?.room !== cell.after?.room) follow(drawn, cell)
  const { place } = cell
  if (was.ringed !== cell.ringed || was.place.column.right !== place.column.right) shell.className = shellClass(cell)
  if (was.place.index !== place.index) number(shell, place)
  if (was.place.style !== place.style) shell.style.cssText = place.style
  if (was.place.column.id !== place.column.id || was.loading !== cell.loading) name(shell, cell)
  drawn.cell = cell
}

/** How long a bar is drawn, 0…1: the shortest one is still seen. */
function barLength(share: number): string {
  return `${4 + share * 96}%`
}

/** Shows where on its scale a cell stands, below the text. */
function scale(drawn: Drawn, { bar, ground }: TextCell): void {
  drawn.ground = part(drawn.ground, ground !== undefined, 'grid-ground', drawn.inside, drawn.shell)
  drawn.bar = part(drawn.bar, bar !== undefined, 'bar grid-scale', drawn.inside, drawn.shell)
  if (drawn.ground !== undefined) drawn.ground.style.background = ground ?? ''
  if (drawn.bar === undefined || bar === undefined) return
  const length = (drawn.bar.firstElementChild as HTMLElement | null) ?? drawn.bar.appendChild(document.createElement('i'))
  length.style.width = barLength(bar)
}

/** Shows what stands after the text. */
function follow(drawn: Drawn, { after }: TextCell): void {
  drawn.after = part(drawn.after, after !== undefined, 'grid-after t3 xs', null, drawn.shell)
  if (drawn.after === undefined || after === undefined) return
  drawn.after.textContent = after.text
  drawn.after.style.flexBasis = `${after.room}px`
}

/** A part of a cell, made or taken away. */
function part(now: HTMLSpanElement | undefined, wanted: boolean, look: string, before: Node | null, shell: HTMLElement): HTMLSpanElement | undefined {
  if ((now !== undefined) === wanted) return now
  now?.remove()
  if (!wanted) return undefined
  const made = document.createElement('span')
  made.className = look
  shell.insertBefore(made, before)
  return made
}

function shellClass({ place, ringed }: TextCell): string {
  return `grid-cell${place.column.right ? ' right' : ''}${ringed ? ' ringed' : ''}`
}

function insideClass({ look, loading }: TextCell): string {
  return loading ? 'grid-bar' : `cut ${look}`
}

function number(shell: HTMLElement, place: Placed): void {
  shell.setAttribute('aria-colindex', String(place.index + 1))
}

/** Who looks for cells of a column finds those that show something. */
function name(shell: HTMLElement, { place, loading }: TextCell): void {
  put(shell, 'data-column', loading ? undefined : place.column.id)
}

function put(element: Element, attribute: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(attribute)
  else element.setAttribute(attribute, value)
}
