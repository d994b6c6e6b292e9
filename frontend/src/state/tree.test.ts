import { expect, test } from 'vitest'
import type { Experiment } from '../api/types'
import { experimentsIn, experimentTree, visibleBranches, type Branch } from './tree'

function experiments(...names: string[]): Experiment[] {
  return names.map((name, i) => ({ id: String(i), name, runs: 0, live: 0, created: 0, trashed: false }))
}

const draw = (branches: readonly Branch[]) =>
  visibleBranches(branches, new Set()).map((b) => `${'  '.repeat(b.depth)}${b.label}${b.experiment === undefined ? '/' : ''}`)

test('slashes make folders, names are in human order', () => {
  expect(draw(experimentTree(experiments('wine/run-10', 'wine/run-2', 'Default', 'ocean/ice/edge')))).toEqual([
    'Default',
    'ocean/',
    '  ice/',
    '    edge',
    'wine/',
    '  run-2',
    '  run-10',
  ])
})

test('an experiment may be a folder too', () => {
  const tree = experimentTree(experiments('wine', 'wine/boosting'))
  expect(draw(tree)).toEqual(['wine', '  boosting'])
  expect(tree.flatMap(experimentsIn)).toEqual(['0', '1'])
})

test('odd names lose nobody', () => {
  const tree = experimentTree(experiments('/', '', 'a//b', 'a/b', '/a/b/'))
  expect(tree.flatMap(experimentsIn).sort()).toEqual(['0', '1', '2', '3', '4'])
  const paths = visibleBranches(tree, new Set()).map((b) => b.path)
  expect(new Set(paths).size).toBe(paths.length)
})

test('a closed folder hides what is in it, and the trash is not shown', () => {
  const all = experiments('wine/a', 'wine/b', 'ice')
  const first = all[0]
  if (first !== undefined) first.trashed = true
  const tree = experimentTree(all)
  expect(draw(tree)).toEqual(['ice', 'wine/', '  b'])
  expect(visibleBranches(tree, new Set(['wine'])).map((b) => b.path)).toEqual(['ice', 'wine'])
})
