import { createSubscriber } from 'svelte/reactivity'

/** What a context menu can be of. */
export type Thing = 'run' | 'column' | 'view' | 'artifact' | 'dataset' | 'dataversion' | 'experiment' | 'model' | 'version' | 'trashed'

/** Something that can be done. Keys, menus, the palette and the list of keys read the same registry. */
export interface Command {
  id: string
  /** What it does, as people say it. */
  title: string
  /** For example "Ctrl+Enter", "/", or "g r": one key after the other. Undefined: in the palette only. */
  keys?: string
  /** Another key for the same, which is not told. */
  also?: string
  /** Other words by which people look for it. */
  words?: string
  /** A setting stands below what is done. */
  setting?: boolean
  /** It is in the context menu of such a thing: of the one that the view says is meant. */
  menu?: Thing
  /** Where it works; undefined means everywhere. */
  when?: () => boolean
  run: () => void
}

/** How long the second key of a pair may take. */
const patience = 1200

/** What fields do with keys by themselves. */
const editing = ['Ctrl+z', 'Ctrl+y', 'Ctrl+a', 'Ctrl+c', 'Ctrl+v', 'Ctrl+x', 'Alt+ArrowLeft', 'Alt+ArrowRight']

/** Keys that are printed otherwise than a page calls them. */
const printed: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', Delete: 'Del', Escape: 'Esc' }

/** Reads keys as commands. One listener for the whole window. */
export class Keys {
  readonly #commands: Command[] = []
  readonly #letters: () => boolean
  #first: { key: string; at: number } | undefined
  #changed: (() => void) | undefined
  readonly #follow = createSubscriber((changed) => {
    this.#changed = changed
    return () => (this.#changed = undefined)
  })

  /** letters says whether single letters are keys: speech input and unsteady hands type them unasked. */
  constructor(letters: () => boolean = () => true) {
    this.#letters = letters
  }

  /** All commands, whether they work here or not. */
  get all(): readonly Command[] {
    return this.#commands
  }

  /** What can be done now; of several with one id, the one that was added last. */
  get now(): readonly Command[] {
    const able = this.#commands.filter((c) => c.when?.() ?? true)
    return able.filter((c, i) => !able.some((other, j) => j > i && other.id === c.id))
  }

  /** Lets an effect run again when commands come or go. */
  follow(): void {
    this.#follow()
  }

  /** Adds commands; a key that is taken at the same place is a mistake. */
  add(commands: readonly Command[]): () => void {
    for (const c of commands) {
      if (c.keys !== undefined && this.#commands.some((other) => other.keys === c.keys && other.when === undefined && c.when === undefined)) {
        throw new Error(`the key ${c.keys} is taken`)
      }
      this.#commands.push(c)
    }
    this.#changed?.()
    return () => {
      for (const c of commands) {
        const at = this.#commands.indexOf(c)
        if (at >= 0) this.#commands.splice(at, 1)
      }
      this.#changed?.()
    }
  }

  /** Runs the command of a key; answers whether there was one. */
  press(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false
    const name = nameOf(event)
    if (name === undefined) return false
    const typing = isField(event.target)
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey
    // Single letters never fire in fields, and editing keeps its own keys.
    if (typing && (plain ? name !== 'Escape' : editing.includes(name))) return false
    if (plain && name.length === 1 && !this.#letters()) return false
    const pair = this.#first !== undefined && event.timeStamp - this.#first.at < patience ? `${this.#first.key} ${name}` : undefined
    const found = this.#find(pair) ?? this.#find(name)
    // A key that completes nothing may begin something.
    this.#first = plain && this.#begins(name) ? { key: name, at: event.timeStamp } : undefined
    if (found === undefined) return false
    this.#first = undefined
    event.preventDefault()
    found.run()
    return true
  }

  #find(keys: string | undefined): Command | undefined {
    if (keys === undefined) return undefined
    // What was added last lies on top.
    return [...this.#commands].reverse().find((c) => (c.keys === keys || c.also === keys) && (c.when?.() ?? true))
  }

  #begins(key: string): boolean {
    return this.#commands.some((c) => c.keys?.startsWith(`${key} `))
  }
}

/** The keys of a command as they are printed on a keyboard: "Ctrl+o" is "Ctrl O", "g r" two keys. */
export function keyNames(keys: string): string[] {
  return keys.split(' ').map((key) => key.split(/\+(?=.)/).map((part) => (/^[a-z]$/.test(part) ? part.toUpperCase() : (printed[part] ?? part))).join(' '))
}

/** The name of a key with its modifiers, or undefined for a modifier alone. */
function nameOf(event: KeyboardEvent): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return undefined
  const ctrl = event.ctrlKey || event.metaKey
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  // A sign alone has its Shift in it already; with Ctrl, or on a long name, Shift makes another key.
  const shift = event.shiftKey && (key.length > 1 || (/^[a-z]$/.test(key) && (ctrl || event.altKey)))
  return `${ctrl ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`
}

/** Whether keys are typed into it. */
export function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}
