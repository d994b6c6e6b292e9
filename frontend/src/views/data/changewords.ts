import type { DataChange, DataChanges } from '../../api/types'
import { bytes } from '../../format/bytes'
import { count } from '../../format/number'
import { plural } from '../../format/words'

/** The sign and the word of each kind of change. */
export const kinds = {
  added: { sign: '+', word: 'Added' },
  removed: { sign: '−', word: 'Removed' },
  changed: { sign: '≠', word: 'Changed' },
  moved: { sign: '→', word: 'Moved' },
} as const satisfies Record<DataChange['kind'], { sign: string; word: string }>

/** By how much something grew: +18.2 KiB. */
export function grown(n: number): string {
  return n === 0 ? '0 B' : `${n > 0 ? '+' : '−'}${bytes(Math.abs(n))}`
}

/** What a version changed, in a line: +3 −1 files, 2 changed, +18.2 KiB. */
export function summary(of: DataChanges): string {
  const said = [...coming(of, 'files', 'file')]
  if (of.changed.files > 0) said.push(said.length > 0 ? `${count(of.changed.files)} changed` : `${plural(of.changed.files, 'file')} changed`)
  if (of.moved.files > 0) said.push(said.length > 0 ? `${count(of.moved.files)} moved` : `${plural(of.moved.files, 'file')} moved`)
  if (said.length === 0) said.push(...coming(of, 'folders', 'folder'))
  if (said.length === 0 && of.changed.folders > 0) said.push(`${plural(of.changed.folders, 'folder')} changed`)
  if (said.length === 0) return 'no file differs'
  if (of.grown !== 0) said.push(grown(of.grown))
  return said.join(', ')
}

/** What came and went: +3 −1 files. */
function coming(of: DataChanges, what: 'files' | 'folders', noun: string): string[] {
  const [came, went] = [of.added[what], of.removed[what]]
  if (came === 0 && went === 0) return []
  const signed = [...(came > 0 ? [`+${count(came)}`] : []), ...(went > 0 ? [`−${count(went)}`] : [])].join(' ')
  return [`${signed} ${came + went === 1 ? noun : `${noun}s`}`]
}

/** What is to be said of a change beside its path and size. */
export function details(change: DataChange): string {
  const said: string[] = []
  if (change.from !== undefined && change.from !== '') said.push(`from ${change.from}`)
  const { before, after } = change
  if (before === undefined || after === undefined) {
    const only = before ?? after
    if (only !== undefined && only.type !== 'file') said.push(only.link === undefined || only.link === '' ? only.type : `link to ${only.link}`)
    return said.join(', ')
  }
  for (const what of change.what) {
    if (what === 'mode') said.push(`permissions ${before.mode} → ${after.mode}`)
    if (what === 'type') said.push(`${before.type} → ${after.type}`)
    if (what === 'target') said.push(`link to ${before.link ?? ''} → ${after.link ?? ''}`)
  }
  return said.join(', ')
}

/** The size of what changed: 1.2 KiB, or 1.2 → 3.4 KiB where both sides have one. */
export function sizes(change: DataChange): string {
  const [before, after] = [change.before, change.after].map((side) => (side?.type === 'file' ? bytes(side.size) : ''))
  if (before === undefined || after === undefined || before === after || before === '') return after === undefined || after === '' ? (before ?? '') : after
  return after === '' ? before : `${before} → ${after}`
}
