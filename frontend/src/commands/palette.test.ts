import { expect, test } from 'vitest'
import type { RunRow } from '../api/types'
import { nameFilter } from '../state/finder.svelte'
import { addressRoute, runRoute } from '../state/route'
import type { Command } from './keys'
import { offersOf, search, suggestions, type World } from './palette'

const run = (id: string, name: string, more: Partial<RunRow> = {}): RunRow => ({
  id,
  name,
  experiment: '1',
  status: 'finished',
  params: {},
  metrics: {},
  data: [],
  trashed: false,
  ...more,
})
const command = (id: string, title: string, more: Partial<Command> = {}): Command => ({ id, title, run: () => undefined, ...more })

const world: World = {
  models: [],
  commands: [
    command('theme.dark', 'Use the dark theme', { setting: true, words: 'night black' }),
    command('data.add', 'Add data', { keys: 'Ctrl+o' }),
    command('go.data', 'Go to data', { keys: 'g d' }),
  ],
  runs: [run('a', 'bright-tephra-219'), run('b', 'dull-esker-014', { status: 'failed' }), run('a', 'bright-tephra-219')],
  experiments: [{ id: '1', name: 'wine/boosting', created: 0, live: 0, runs: 214, trashed: false }],
  data: [{ id: 'd', name: 'wine-quality', created: 0, runs: 0, versions: [] }],
  projects: [{ path: '/home/ada/wine', name: 'wine', entryPoints: [], environment: '', opened: 0, ready: true }],
}
const offers = offersOf(world)
const titles = (query: string, used: { id: string; title: string }[] = []) => search(offers, query, used).map((hit) => hit.offer.title)

test('each thing is offered once, with what it is', () => {
  expect(offers.map((o) => [o.id, o.note])).toEqual([
    ['run:a', 'run in wine/boosting'],
    ['run:b', 'failed run in wine/boosting'],
    ['experiment:1', 'experiment, 214 runs'],
    ['data:d', 'data, 0 versions'],
    ['project:/home/ada/wine', 'project in /home/ada/wine'],
    ['theme.dark', 'setting'],
    ['data.add', ''],
    ['go.data', ''],
  ])
})

test('names, other words, states and slips of the finger find', () => {
  expect(titles('tephra')).toEqual(['bright-tephra-219'])
  expect(titles('tehpra')).toEqual(['bright-tephra-219'])
  expect(titles('night')).toEqual(['Use the dark theme'])
  expect(titles('failed esker')).toEqual(['dull-esker-014'])
  expect(titles('boosting 219')).toEqual(['bright-tephra-219'])
  expect(titles('add d')).toEqual(['Add data'])
  expect(titles('qqqq')).toEqual([])
})

test('the nearest stands first; of equals, what was used last', () => {
  expect(titles('wine').slice(0, 3)).toEqual(['wine', 'wine-quality', 'wine/boosting'])
  expect(titles('wine', [{ id: 'experiment:1', title: 'wine/boosting' }])[0]).toBe('wine/boosting')
})

test('without a query: what was used last, then what can be done, settings last', () => {
  const used = [
    { id: 'run:gone', title: 'an old run' },
    { id: 'data:gone', title: 'an old data set' },
    { id: 'go.data', title: 'Go to data' },
  ]
  const { last, rest } = suggestions(offers, used)
  expect(last.map((h) => h.offer.title)).toEqual(['an old run', 'Go to data'])
  expect(rest.map((h) => h.offer.title)).toEqual(['Add data', 'Use the dark theme'])
})

test('a query that reads like a filter can be one', () => {
  const [first] = search(offers, ' metrics.rmse < 0.7 ', [])
  expect(first?.offer.to).toMatchObject({ place: 'runs', filter: 'metrics.rmse < 0.7' })
})

test.each([
  [' models:/wine quality@champion', addressRoute('models:/wine quality@champion')],
  ['runs:/0123456789abcdef0123456789abcdef/model', addressRoute('runs:/0123456789abcdef0123456789abcdef/model')],
  ['0123456789abcdef0123456789abcdef', addressRoute('runs:/0123456789abcdef0123456789abcdef')],
  ['m-0123456789abcdef0123456789abcdef', addressRoute('models:/m-0123456789abcdef0123456789abcdef')],
  ['http://127.0.0.1:5000/#/experiments/1/runs/abc', runRoute('abc')],
])('%j leads there', (query, to) => {
  expect(search(offers, query, [])[0]?.offer.to).toEqual(to)
})

test.each(['models:', 'runs:/', '0123456789abcdef', 'https://example.org/#/nowhere'])('%j is no address', (query) => {
  expect(search(offers, query, []).filter((hit) => hit.offer.id === 'action:address')).toEqual([])
})

test('the door is asked by words of names; signs of its own stand for any letter', () => {
  expect(nameFilter(['a'])).toBe('')
  expect(nameFilter(['ab', "o'c%"])).toBe("attributes.run_name ILIKE '%ab%' AND attributes.run_name ILIKE '%o_c_%'")
})
