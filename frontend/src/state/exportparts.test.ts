import { expect, test } from 'vitest'
import type { Experiment } from '../api/types'
import { partOfBranch, partOfRuns, partsOf } from './exportparts'
import { allRuns, home, type Route } from './route'
import { experimentTree } from './tree'

const experiment = (id: string, name: string) => ({ id, name, runs: 1, trashed: false, tags: [] }) as unknown as Experiment
const tree = experimentTree([experiment('0', 'Default'), experiment('7', 'lab/wine'), experiment('8', 'lab/wine/red'), experiment('9', 'lab/bread')])

const runs = (experiments: string[], filter = ''): Route => ({ place: 'runs', experiments, filter, order: '' })
const labels = (route: Route, chosen: string[] = []) => partsOf(route, chosen, tree).map((part) => part.label)
const wants = (route: Route, chosen: string[] = []) => partsOf(route, chosen, tree).map((part) => part.want)

test('anywhere, everything can be exported', () => {
  expect(labels(home)).toEqual(['Everything'])
  expect(wants(home)).toEqual([{}])
  expect(labels(allRuns)).toEqual(['Everything'])
})

test('what is chosen comes first, then what the filter finds, then the experiment', () => {
  expect(labels(runs(['9'], 'metrics.rmse < 1'), ['a', 'b'])).toEqual(['2 chosen runs', 'The runs that the filter finds', 'Experiment lab/bread', 'Everything'])
  expect(wants(runs(['9'], 'metrics.rmse < 1'), ['a', 'b'])).toEqual([{ runs: ['a', 'b'] }, { filter: 'metrics.rmse < 1', experiments: ['9'] }, { experiments: ['9'] }, {}])
  expect(wants(runs([], 'x = 1'))).toEqual([{ filter: 'x = 1' }, {}])
})

test('a folder is told from an experiment, and from some experiments', () => {
  expect(labels(runs(['9', '7', '8']))).toEqual(['Folder lab, 3 experiments', 'Everything'])
  expect(labels(runs(['7', '8']))).toEqual(['Folder lab/wine, 2 experiments', 'Everything'])
  expect(labels(runs(['0', '9']))).toEqual(['2 experiments', 'Everything'])
  expect(labels(runs(['gone']))).toEqual(['1 experiment', 'Everything'])
})

test('the pages of runs offer their runs', () => {
  expect(wants({ place: 'compare', runs: ['a', 'b'], all: false })).toEqual([{ runs: ['a', 'b'] }, {}])
  expect(labels({ place: 'run', run: 'a', tab: 'overview', x: 'step', artifact: '' })).toEqual(['This run', 'Everything'])
  expect(partOfRuns(['a'], 'chosen run').label).toBe('1 chosen run')
})

test('a line of the tree is named by its whole name', () => {
  const lab = tree.find((branch) => branch.label === 'lab')
  const bread = lab?.children.find((branch) => branch.label === 'bread')
  expect([lab, bread].map((branch) => branch && partOfBranch(branch).label)).toEqual(['Folder lab, 3 experiments', 'Experiment lab/bread'])
})
