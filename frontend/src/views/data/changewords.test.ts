import { expect, test } from 'vitest'
import type { DataChange, DataChanges } from '../../api/types'
import { details, grown, sizes, summary } from './changewords'

const none = { files: 0, folders: 0, bytes: 0 }
const nothing: DataChanges = {
  from: { id: 'a', number: 1 }, to: { id: 'b', number: 2 }, added: none, removed: none, changed: none, moved: none, grown: 0, changes: [], more: 0, unpaired: false,
}
const files = (n: number) => ({ files: n, folders: 0, bytes: 0 })
const folders = (n: number) => ({ files: 0, folders: n, bytes: 0 })

test.each<[Partial<DataChanges>, string]>([
  [{}, 'no file differs'],
  [{ added: files(3), changed: files(1), grown: 18637 }, '+3 files, 1 changed, +18.2 KiB'],
  [{ added: files(1), grown: 5 }, '+1 file, +5 B'],
  [{ removed: files(1), grown: -2048 }, '−1 file, −2.00 KiB'],
  [{ added: files(1), removed: files(1200), moved: files(2) }, '+1 −1,200 files, 2 moved'],
  [{ changed: files(1), grown: 1 }, '1 file changed, +1 B'],
  [{ moved: files(2) }, '2 files moved'],
  [{ added: folders(1) }, '+1 folder'],
  [{ changed: folders(1) }, '1 folder changed'],
])('a version in a line', (of, line) => {
  expect(summary({ ...nothing, ...of })).toBe(line)
})

const side = { type: 'file', size: 2048, mode: '644' } as const
const change = (of: Partial<DataChange>): DataChange => ({ kind: 'changed', path: 'a', what: [], lines: false, ...of })

test.each<[Partial<DataChange>, string, string]>([
  [{ kind: 'added', after: side }, '', '2.00 KiB'],
  [{ kind: 'removed', before: side }, '', '2.00 KiB'],
  [{ kind: 'added', after: { type: 'folder', size: 0, mode: '755' } }, 'folder', ''],
  [{ kind: 'added', after: { type: 'link', size: 0, mode: '777', link: 'x' } }, 'link to x', ''],
  [{ kind: 'moved', from: 'b', before: side, after: side }, 'from b', '2.00 KiB'],
  [{ what: ['content', 'mode'], before: side, after: { ...side, size: 5, mode: '755' } }, 'permissions 644 → 755', '2.00 KiB → 5 B'],
  [{ what: ['type'], before: side, after: { type: 'folder', size: 0, mode: '755' } }, 'file → folder', '2.00 KiB'],
  [{ what: ['target'], before: { type: 'link', size: 0, mode: '777', link: 'x' }, after: { type: 'link', size: 0, mode: '777', link: 'y' } }, 'link to x → y', ''],
])('a change in words', (of, words, size) => {
  expect(details(change(of))).toBe(words)
  expect(sizes(change(of))).toBe(size)
})

test('growth has a sign', () => {
  expect([grown(0), grown(1), grown(-1)]).toEqual(['0 B', '+1 B', '−1 B'])
})
