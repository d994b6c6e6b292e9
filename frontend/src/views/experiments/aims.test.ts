import { expect, test } from 'vitest'
import type { Experiment } from '../../api/types'
import { aims } from './aims'

const all = ['wine/run-10', 'wine/run-2', 'wine', 'Galaxies'].map((name, i): Experiment => ({ id: String(i), name, runs: i, live: 0, created: 0, trashed: false }))

const names = (typed: string) => aims(all, typed).map((aim) => (aim.id === undefined ? `+${aim.name}` : aim.name))

test.each([
  ['', ['Galaxies', 'wine', 'wine/run-2', 'wine/run-10']],
  ['  ', ['Galaxies', 'wine', 'wine/run-2', 'wine/run-10']],
  ['gal', ['Galaxies', '+gal']],
  ['wine', ['wine', 'wine/run-2', 'wine/run-10']],
  ['wine/run-10', ['wine/run-10']],
  ['10 WINE', ['wine/run-10', '+10 WINE']],
  [' ocean/sst ', ['+ocean/sst']],
])('%j offers %j', (typed, want) => {
  expect(names(typed)).toEqual(want)
})

test('what lies in the trash is not offered, and its name cannot be taken', () => {
  expect(aims([{ id: '1', name: 'old', runs: 0, live: 0, created: 0, trashed: true }], 'old')).toEqual([])
})
