import { describe, expect, test } from 'vitest'
import { addressRoute, allRuns, compareRoute, experimentRoute, home, parseRoute, printRoute, runRoute, settings, trash, type Route } from './route'

const routes: Route[] = [
  home,
  settings,
  trash,
  allRuns,
  { place: 'runs', experiments: ['1', '2'], filter: "params.a = 'x&y #1' and metrics.\"val loss\" < 0.5", order: 'metrics.rmse ASC' },
  runRoute('a1'),
  { place: 'run', run: 'a/b %', tab: 'artifacts', x: 'relative', artifact: 'model/MLmodel' },
  { place: 'run', run: 'r', tab: 'charts', x: 'step', artifact: '', look: 'smooth=0.6&zoom=1~2.5' },
  { place: 'data' },
  { place: 'dataset', dataset: 'd', version: 'v', path: 'a/b c' },
  { place: 'dataset', dataset: 'd', version: 'v', path: 'a', file: 'a/ü b.csv', tab: 'files' },
  { place: 'dataset', dataset: 'd', version: 'v', path: '', tab: 'changes', from: 'u' },
  { place: 'projects' },
  { place: 'project', path: '/home/ada/wine "é"\n', entry: 'train' },
  addressRoute('models:/wine quality@champion'),
  { place: 'unknown', address: '/nowhere?x=1' },
]

test.each(routes)('%o survives being written and read', (route) => {
  expect(parseRoute(printRoute(route))).toEqual(route)
})

describe('links of MLflow', () => {
  test.each([
    ['#/experiments/0', experimentRoute('0')],
    ['#/experiments/17/', experimentRoute('17')],
    ['#/experiments/17/runs/abc', runRoute('abc')],
    ['#/experiments/17/runs/abc/artifacts', runRoute('abc', 'artifacts')],
    ['#/experiments/17/runs/abc/artifacts/model/MLmodel', runRoute('abc', 'artifacts', 'model/MLmodel')],
    ['#/experiments/17/runs/abc/artifactPath/model', runRoute('abc', 'artifacts', 'model')],
    ['#/experiments/17/models/m-1', addressRoute('models:/m-1')],
    ['#/compare-runs?runs=["a","b","a"]&experiments=["17"]', compareRoute(['a', 'b'])],
    ['#/compare-runs?runs=%5B%22a%22%2C7%5D', compareRoute(['a'])],
    ['#/compare-runs?runs=["a"', compareRoute([])],
    ['#/experiments/17/runs/abc/model-metrics', runRoute('abc', 'charts')],
    ['#/experiments', allRuns],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
  })
})

test.each([
  ['', home],
  ['#', home],
  ['#/', home],
  ['#/runs?tab=1', allRuns],
  ['#/runs/x?tab=nonsense&x=moon', runRoute('x')],
  ['#/runs/%E0%A4', runRoute('%E0%A4')],
  ['#/address', { place: 'unknown', address: '/address' }],
  ['#/project', { place: 'projects' }],
  ['#/nowhere', { place: 'unknown', address: '/nowhere' }],
])('%j is understood', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route)
})

test('no address makes the pages fail, and what is understood stays the same', () => {
  const pieces = ['#', '/', 'runs', 'experiments', 'data', 'project', 'compare', 'compare-runs', 'runs=["r"]', 'address', 'settings', '?', '&', '=', '%', '%2F', '%E0', 'filter', 'tab', 'x', 'run', 'look', 'é', '😀', '\ud800', ' ', '..', '"', '0'.repeat(32)]
  let seed = 20261129
  const next = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  for (let i = 0; i < 5000; i++) {
    const hash = `#${Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join('')}`
    const route = parseRoute(hash)
    const again = parseRoute(printRoute(route))
    expect(parseRoute(printRoute(again)), JSON.stringify(hash)).toEqual(again)
  }
})

test('models are named by their names; the links of MLflow lead to versions', () => {
  expect(parseRoute('#/models')).toEqual({ place: 'models' })
  expect(parseRoute('#/models/sst%20forecast')).toEqual({ place: 'model', model: 'sst forecast', version: 0 })
  expect(parseRoute('#/models/sst/versions/3')).toEqual({ place: 'model', model: 'sst', version: 3 })
  expect(parseRoute('#/models/sst?version=7&with=2')).toEqual({ place: 'model', model: 'sst', version: 7, with: 2 })
  expect(parseRoute('#/models/sst?version=-1&with=x')).toEqual({ place: 'model', model: 'sst', version: 0 })
  expect(printRoute({ place: 'model', model: 'a b?', version: 7, with: 2 })).toBe('#/models/a%20b%3F?version=7&with=2')
})
