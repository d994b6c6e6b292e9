import { locale } from './locale'
import { once } from './once'
import { count } from './number'

const collator = once(() => new Intl.Collator(locale(), { numeric: true, sensitivity: 'base' }))

/** A number with its noun: 1 run, 214 runs. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/** Cuts the middle of paths and ids, so that both ends stay readable. */
export function cutMiddle(text: string, most: number): string {
  const letters = Array.from(text)
  if (letters.length <= most) return text
  const head = Math.ceil((most - 1) / 3)
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`
}

/** The last name of a path in a version or a run; a backslash is a letter there. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The last part of a computer's path, of either kind of slash. */
export function baseName(path: string): string {
  const parts = path.split(/[/\\]/).filter((p) => p !== '')
  return parts.at(-1) ?? path
}

/** Words in a row: a, b and c. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}

/** What a run is doing, as one word. */
export type Status = 'waiting' | 'running' | 'finished' | 'failed' | 'stopped' | 'lost'

const statusWords: Record<Status, string> = {
  waiting: 'Waiting',
  running: 'Running',
  finished: 'Finished',
  failed: 'Failed',
  stopped: 'Stopped',
  lost: 'Lost',
}

/** The word for a status. */
export function statusWord(status: Status): string {
  return statusWords[status]
}

/** Orders names as people do: run-2 before run-10, whatever the case. */
export function compareNames(a: string, b: string): number {
  return collator().compare(a, b) || (a === b ? 0 : a < b ? -1 : 1)
}
