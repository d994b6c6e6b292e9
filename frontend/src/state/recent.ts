import { read, write } from './kept'

/** How many things are remembered. */
const most = 30

/** Something that was used: "run:…", "data:…", or the id of a command. */
export interface Used {
  id: string
  /** Its name then: a run may not be among those that are at hand now. */
  title: string
}

/** Reads what was kept; what cannot be read is nothing. */
export function parseUsed(text: string | null): Used[] {
  let all: unknown
  try {
    all = JSON.parse(text ?? '[]')
  } catch {
    return []
  }
  return Array.isArray(all) ? all.filter(isUsed).map(({ id, title }) => ({ id, title })) : []
}

/** The list with one thing in front, each thing once. */
export function withUsed(all: readonly Used[], used: Used): Used[] {
  return [used, ...all.filter((u) => u.id !== used.id)].slice(0, most)
}

/** What was used last in a workspace, youngest first. */
export class Recent {
  #workspace = ''
  #all: Used[] = []

  /** Changes to another workspace's list. */
  of(workspace: string): readonly Used[] {
    if (workspace !== this.#workspace) {
      this.#workspace = workspace
      this.#all = parseUsed(read(this.#key))
    }
    return this.#all
  }

  add(used: Used): void {
    this.#all = withUsed(this.#all, used)
    write(this.#key, JSON.stringify(this.#all))
  }

  get #key(): string {
    return `varve.used.${this.#workspace}`
  }
}

function isUsed(one: unknown): one is Used {
  return typeof one === 'object' && one !== null && 'id' in one && 'title' in one && typeof one.id === 'string' && typeof one.title === 'string'
}
