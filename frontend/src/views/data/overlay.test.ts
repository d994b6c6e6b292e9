import { expect, test } from 'vitest'
import { isThere, overlay } from './overlay'

const none = { files: 0, bytes: 0, first: [] }

test('what is lost comes first, and is said even if it is nothing', () => {
  const names = Array.from({ length: 9 }, (_, i) => `f${i}`)
  const plan = { new: { files: 1, bytes: 10, first: ['a'] }, over: { files: 9, bytes: 2048, first: names }, same: { files: 3, bytes: 1, first: ['x'] }, beside: none }
  expect(overlay(plan)).toEqual([
    { id: 'over', title: 'Overwritten', count: '9 files, 2.00 KiB', names: names.slice(0, 5), more: 4 },
    { id: 'new', title: 'New', count: '1 file, 10 B', names: ['a'], more: 0 },
    { id: 'same', title: 'The same already', count: '3 files, 1 B', names: [], more: 0 },
  ])
  expect(overlay({ ...plan, over: none })[0]).toEqual({ id: 'over', title: 'Overwritten', count: 'nothing', names: [], more: 0 })
})

test('all of it may be there already', () => {
  const some = { files: 1, bytes: 1, first: ['a'] }
  expect(isThere({ new: none, over: none, same: some, beside: some })).toBe(true)
  expect(isThere({ new: some, over: none, same: some, beside: none })).toBe(false)
  expect(isThere({ new: none, over: none, same: none, beside: some })).toBe(false)
})
