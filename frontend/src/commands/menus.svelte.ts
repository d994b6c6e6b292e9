import { createContext } from 'svelte'
import { keyNames, type Command, type Keys, type Thing } from './keys'

/** The one context menu that is open. Its items are the commands for such a thing. */
export class Menus {
  open = $state.raw<Open | undefined>(undefined)

  readonly #keys: Keys

  constructor(keys: Keys) {
    this.#keys = keys
  }

  /**
   * Opens it at a place of the window. Which thing is meant, its commands know
   * from their view, which is told when the menu has closed.
   */
  show(thing: Thing, label: string, x: number, y: number, closed: () => void): void {
    this.close()
    const items = this.#keys.now.filter((command) => command.menu === thing).map(itemOf)
    if (items.length > 0) this.open = { label, x, y, items, closed }
    else closed()
  }

  /** Opens it where the pointer is; for the menu key, below what has the focus. */
  showAt(event: MouseEvent, thing: Thing, label: string, closed: () => void): void {
    event.preventDefault()
    const box = event.target instanceof Element ? event.target.getBoundingClientRect() : undefined
    const byPointer = event.clientX !== 0 || event.clientY !== 0
    this.show(thing, label, byPointer ? event.clientX : (box?.left ?? 0), byPointer ? event.clientY : (box?.bottom ?? 0), closed)
  }

  close(): void {
    const was = this.open
    this.open = undefined
    was?.closed()
  }
}

/** A menu at its place. */
interface Open {
  label: string
  x: number
  y: number
  items: readonly Item[]
  closed: () => void
}

interface Item {
  id: string
  title: string
  keys?: string
  run: () => void
}

function itemOf(command: Command): Item {
  const { id, title, run, keys } = command
  return { id, title, run, ...(keys !== undefined && { keys: keyNames(keys).join(' ') }) }
}

/** The Menus of the component tree. */
export const [useMenus, provideMenus] = createContext<Menus>()
