import type { Client } from '../api/client'
import { isAbort } from '../api/errors'
import type { RunRow } from '../api/types'
import { Recent } from './recent'
import { Latest } from './throttle'

/** Runs that are at hand when the palette opens. */
const atHand = 100
/** Runs that one search brings. */
const found = 30
/** A pause in typing after which the door is asked. */
const pause = 80

/** What "Find or do" knows beyond what the window has loaded: runs by name, and what was used last. */
export class Finder {
  open = $state(false)
  /** What was typed while the palette was on its way. */
  typed = ''
  /** Enter was pressed: what is found first is wanted, as soon as something is. */
  entered = $state(false)
  /** The newest runs. */
  newest = $state.raw<readonly RunRow[]>([])
  /** Runs whose names have the words of the query. */
  found = $state.raw<readonly RunRow[]>([])
  /** The door is being asked, or will be in a moment. */
  searching = $state(false)

  readonly recent = new Recent()
  readonly #client: Client
  readonly #call = new Latest()
  readonly #list = new Latest()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: Client) {
    this.#client = client
  }

  /** Opens the palette, and reads what is new meanwhile. */
  show(): void {
    if (this.open) return
    this.open = true
    this.typed = ''
    this.entered = false
    this.found = []
    void this.#read()
  }

  close(): void {
    this.open = false
    this.#stop()
    this.#list.cancel()
  }

  /** Takes a key that is meant for the palette, which is not here yet: it must not do what it does elsewhere. */
  press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') this.close()
    else if (event.key === 'Enter') this.entered = true
    else if (event.key === 'Backspace') this.#type(this.typed.slice(0, -1))
    else if (event.key.length === 1) this.#type(this.typed + event.key)
    else return
    event.preventDefault()
  }

  #type(text: string): void {
    this.typed = text
    this.entered = false
  }

  /** Asks the door for runs by their names, once typing pauses. */
  search(words: readonly string[]): void {
    this.#stop()
    const filter = nameFilter(words)
    if (filter === '') {
      this.found = []
      return
    }
    this.searching = true
    this.#timer = setTimeout(() => void this.#ask(filter), pause)
  }

  async #ask(filter: string): Promise<void> {
    try {
      this.found = (await this.#client.runs({ experiments: [], filter, order: [], limit: found }, this.#call.next())).runs
      this.searching = false
    } catch (thrown) {
      // What the window knows by itself can be found all the same; the bar says when the door is gone.
      if (!isAbort(thrown)) this.searching = false
    }
  }

  async #read(): Promise<void> {
    try {
      this.newest = (await this.#client.runs({ experiments: [], filter: '', order: [], limit: atHand }, this.#list.next())).runs
    } catch {
      // As above.
    }
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#call.cancel()
    this.searching = false
  }
}

/** A filter for names with all of these words. What filters read as a sign of their own stands for any letter. */
export function nameFilter(words: readonly string[]): string {
  return words
    .filter((word) => word.length > 1 || words.length > 1)
    .map((word) => `attributes.run_name ILIKE '%${word.replace(/['"`\\%]/g, '_')}%'`)
    .join(' AND ')
}
