import type { Native, NativeBar, NativeItem, NativeMenu } from '../api/native'
import type { App } from '../state/app'
import { isField, keyNames, type Command, type Keys } from './keys'

/** What fields do by themselves, as the menu offers it. */
const editing: readonly NativeItem[] = [
  { id: 'edit.undo', title: 'Undo', keys: 'Ctrl Z' },
  { id: 'edit.redo', title: 'Redo', keys: 'Ctrl Shift Z' },
  {},
  { id: 'edit.cut', title: 'Cut', keys: 'Ctrl X' },
  { id: 'edit.copy', title: 'Copy', keys: 'Ctrl C' },
  { id: 'edit.paste', title: 'Paste', keys: 'Ctrl V' },
  { id: 'edit.all', title: 'Select all', keys: 'Ctrl A' },
]

/** Commands by id, or by the beginning of their ids: "run.*". A dash is a line. What is not named here stands in Edit. */
const bar: readonly { title: string; ids: readonly string[] }[] = [
  { title: '_File', ids: ['data.add', 'import', 'export', 'project.open', 'project.start', '-', 'workspace.open', 'workspace.new', 'workspace:*', '-', 'go.settings', '-', 'window.close'] },
  { title: '_Edit', ids: ['edit', '-', '*', '-', 'find'] },
  { title: '_View', ids: ['run.*', 'log.*', '-', 'rail', 'side', 'progress', '-', 'zoom.*', '-', 'theme.*'] },
  { title: '_Go', ids: ['back', 'forward', '-', 'go.*'] },
  { title: '_Help', ids: ['keys', '-', 'diagnostics', 'licences'] },
]

/** Workspaces that the menu leads to; all of them are behind the workspace's name. */
const mostWorkspaces = 6

/** The menus of the window, made of the commands as they stand. letters says whether single letters are keys. */
export function menusOf(commands: readonly Command[], letters: boolean): NativeMenu[] {
  const known = once(commands.filter((c) => c.id !== 'undo'))
  const claimed = new Set(bar.flatMap((menu) => menu.ids).filter((id) => id !== '*'))
  const isClaimed = (id: string) => [...claimed].some((pattern) => fits(pattern, id))
  const items = (pattern: string): NativeItem[] => {
    if (pattern === '-') return [{}]
    if (pattern === 'edit') return [...editing]
    const found = known.filter((c) => (pattern === '*' ? !isClaimed(c.id) : fits(pattern, c.id) && (pattern === c.id || !claimed.has(c.id))))
    return (pattern === 'workspace:*' ? found.slice(0, mostWorkspaces) : found).map((c) => itemOf(c, letters))
  }
  return bar.map(({ title, ids }) => ({ title, items: lined(ids.flatMap(items)) }))
}

function fits(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id
}

/** Each command once, by its id and by its title; of several, the one that works, and with the key that works in fields. */
function once(commands: readonly Command[]): Command[] {
  const able = (c: Command) => c.when?.() ?? true
  const rank = (c: Command) => (able(c) ? 2 : 0) + (c.keys?.includes('+') === true ? 1 : 0)
  const kept = new Map<string, Command>()
  for (const c of commands) {
    const other = kept.get(c.title)
    if (other === undefined || rank(c) >= rank(other)) kept.set(c.title, c)
  }
  return [...kept.values()].filter((c, i, all) => all.findIndex((other) => other.id === c.id) === i)
}

function itemOf(command: Command, letters: boolean): NativeItem {
  const { id, title, keys } = command
  const works = keys !== undefined && (letters || keys.includes('+') || keys.length > 3)
  return { id, title, ...(works && { keys: keyNames(keys).join(' ') }), ...(command.when?.() === false && { disabled: true }) }
}

/** No line at an end, and no two in a row. */
function lined(items: readonly NativeItem[]): NativeItem[] {
  const tidy = items.filter((item, i) => item.id !== undefined || (i > 0 && items[i - 1]?.id !== undefined))
  while (tidy.length > 0 && tidy.at(-1)?.id === undefined) tidy.pop()
  return tidy
}

/** Keeps the menus of the window as the commands are, in the colours of the pages. */
export class MenuBar {
  readonly #app: App
  readonly #keys: Keys
  #shown = ''

  constructor(app: App, keys: Keys) {
    this.#app = app
    this.#keys = keys
  }

  /** Shows them; in an effect, again whenever something has changed. */
  show(): void {
    const { native, settings } = this.#app
    if (native === undefined) return
    this.#keys.follow()
    const bar = { menus: menusOf(this.#keys.all, settings.letters), theme: settings.theme }
    const now = JSON.stringify([bar, settings.colours])
    if (now === this.#shown) return
    this.#shown = now
    void this.#give(native, bar, now)
  }

  async #give(native: Native, bar: Pick<NativeBar, 'menus' | 'theme'>, now: string): Promise<void> {
    // The colours are there with the styles, which may come after the script.
    if (document.readyState !== 'complete') await new Promise((done) => window.addEventListener('load', done, { once: true }))
    if (now !== this.#shown) return
    const { backgroundColor: ground, color: text } = getComputedStyle(document.body)
    try {
      await native.menu({ ...bar, ground, text, line: colourOf('--line-2') })
    } catch {
      // A window without its menu is still a window; the next change tries again.
      if (now === this.#shown) this.#shown = ''
    }
  }

  /** Does what was chosen. */
  choose(id: string): void {
    const { native } = this.#app
    const editing = id.startsWith('edit.') ? id.slice('edit.'.length) : ''
    if (editing !== '' && (editing !== 'undo' || isField(document.activeElement))) {
      void this.#app.attempt(() => native?.edit(editing) ?? Promise.resolve())
      return
    }
    // What lies above is done first, as with keys.
    if (id !== 'window.close' && id !== 'find' && document.querySelector('dialog[open], dialog:popover-open') !== null) return
    this.#keys.now.find((c) => c.id === (editing === 'undo' ? 'undo' : id))?.run()
  }
}

/** The value of a colour's name in numbers. */
function colourOf(token: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${token})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
