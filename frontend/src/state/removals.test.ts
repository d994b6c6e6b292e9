import { expect, test } from 'vitest'
import type { DataRemoved } from '../api/types'
import { backWords, removedWords } from './removals'

const did: DataRemoved = { name: 'wine', versions: 3, bytes: 10, used: 0 }

test('what was removed is told, with what becomes of its files', () => {
  expect(removedWords(did)).toBe('wine is removed. Its files are freed when space is, a day from now at the earliest.')
  expect(removedWords({ ...did, used: 1 })).toContain('Runs have used 1 version: those files stay.')
  expect(removedWords({ ...did, number: 2, versions: 1, used: 1 })).toBe('Version 2 of wine is removed. Runs have used it: its files stay while they are there.')
})

test('what is back is told, with what is not', () => {
  expect(backWords(did)).toBe('wine is back.')
  expect(backWords({ ...did, number: 2, versions: 1 })).toBe('Version 2 of wine is back.')
  expect(backWords({ ...did, lost: [1] })).toBe('wine is back. Version 1 is not: the files were freed.')
  expect(backWords({ ...did, lost: [1, 3] })).toBe('wine is back. Versions 1, 3 are not: the files were freed.')
})
