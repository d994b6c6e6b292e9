import { describe, expect, test } from 'vitest'
import type { RunColumn } from '../../api/tabletypes'
import { sections, variants } from './columnlist'
import { arrange, catalogue, cellName, gridColumns, Measures, nextOrder, orderWords, sortedBy } from './columns'
import { Formats } from './formats'
import { groupable, seedLike } from './groupchoice'
import { laidOut } from '../../state/layout'

const info = (name: string, more: Partial<RunColumn> = {}): RunColumn => {
  const kind = name.startsWith('params.') ? 'param' : name.startsWith('metrics.') ? 'metric' : name.startsWith('tags.') ? 'tag' : /^data(\.|$)/.test(name) ? 'data' : 'attribute'
  return { name, kind, key: name.slice(name.indexOf('.') + 1), type: kind === 'metric' ? 'number' : 'text', filled: 5, same: false, ...more }
}
const attributes = ['name', 'started', 'duration', 'status', 'experiment', 'data', 'user'].map((name) => info(name, { type: name === 'started' ? 'time' : 'text' }))
const columns = [...attributes, info('params.lr', { numbers: 5 }), info('params.seed'), info('params.loss', { same: true, text: 'mse' }), info('metrics.rmse'), info('tags.team'), info('data.wine')]
const all = catalogue({ columns, manyExperiments: false })
const ids = (some: readonly { id: string }[]) => some.map((c) => c.id)
const formats = new Formats([], new Map())

describe('columns', () => {
  test('what a run is, params that differ, metrics, then what is the same; the rest waits', () => {
    expect(ids(arrange(all, [], false).columns)).toEqual(['name', 'started', 'duration', 'data', 'params.lr', 'params.seed', 'metrics.rmse', 'params.loss'])
  })
  test('of several experiments, the experiment and the metrics come first', () => {
    const many = arrange(catalogue({ columns, manyExperiments: true }), [], false)
    expect(ids(many.columns)).toEqual(['name', 'experiment', 'started', 'duration', 'data', 'metrics.rmse', 'params.lr', 'params.seed', 'params.loss'])
  })
  test('only what differs leaves out what is the same, and says what that is', () => {
    const { columns: shown, left } = arrange(all, [], true)
    expect(ids(shown)).not.toContain('params.loss')
    expect(left.map((c) => [c.label, c.text])).toEqual([['loss', 'mse']])
  })
  test('a column that nothing is in is none', () => {
    expect(ids(catalogue({ columns: [...attributes, info('params.old', { filled: 0 })], manyExperiments: false }))).not.toContain('params.old')
  })
  test('the curve that tells most stands before the metrics', () => {
    const shown = arrange(catalogue({ columns: [...columns, info('metrics.loss')], manyExperiments: false, curve: 'loss' }), [], false)
    expect(ids(shown.columns).slice(6, 9)).toEqual(['curve(metrics.loss)', 'metrics.rmse', 'metrics.loss'])
  })
  test('the name is always there, and first', () => {
    const layout = laidOut(all, []).map((look) => (look.id === 'name' ? { ...look, shown: false } : look)).reverse()
    expect(ids(arrange(all, layout, false).columns)[0]).toBe('name')
  })
  test('figures stand on the right, tags can be written in, what is the same steps back', () => {
    const layout = laidOut(all, []).map((look) => ({ ...look, shown: true }))
    const grid = new Map(gridColumns(arrange(all, layout, false), formats, 'metrics.rmse ASC', false, false).map((c) => [c.id, c]))
    expect([grid.get('params.lr')?.right, grid.get('params.seed')?.right]).toEqual([true, false])
    expect([grid.get('tags.team')?.editable, grid.get('params.lr')?.editable]).toEqual([true, undefined])
    expect(grid.get('params.loss')?.quiet).toBe(true)
    expect(grid.get('metrics.rmse')?.sorted).toBe('ascending')
  })
  test('a column grows where longer figures have come, and does not shrink under the eye', () => {
    const data = (...rmse: number[]) => rmse.map((v) => ({ facts: { id: 'r', name: 'r', status: 'finished' as const, experiment: '0', data: [], trashed: false }, values: { 'metrics.rmse': v } }))
    const measures = new Measures()
    const width = (...rmse: number[]) => gridColumns(arrange(all, [], false), new Formats(data(...rmse), new Map()), '', false, false, measures).find((c) => c.id === 'metrics.rmse')?.width ?? 0
    const first = width(0.78)
    const grown = width(0.780112345, 0.780112346)
    expect(grown).toBeGreaterThan(first)
    expect(width(0.5)).toBe(grown)
    // While its cells are not here, nothing is known of it.
    expect(width()).toBe(grown)
  })
  test('facts come with every run, curves by themselves; only other cells are asked for', () => {
    expect(all.filter((c) => cellName(c) === undefined && c.form !== 'curve').map((c) => c.id)).toEqual(['name', 'experiment', 'started', 'duration', 'data', 'status', 'user'])
  })
})

describe('orders', () => {
  test.each([
    ['', 'metrics.rmse', 'metrics.rmse ASC'],
    ['metrics.rmse ASC', 'metrics.rmse', 'metrics.rmse DESC'],
    ['metrics.rmse DESC', 'metrics.rmse', ''],
    ['', 'started', 'started ASC'],
    ['started ASC', 'started', ''],
    ['metrics.rmse ASC', 'params.lr', 'params.lr ASC'],
    ['', 'min(metrics.`val loss`)', 'min(metrics.`val loss`) ASC'],
  ])('after %s, a click on %s gives %s', (order, id, want) => {
    expect(nextOrder(order, id)).toBe(want)
  })
  test.each([
    ['', 'started', 'descending'],
    ['attributes.start_time ASC', 'started', 'ascending'],
    ['metrics.rmse', 'metrics.rmse', 'ascending'],
    ['metrics.rmse DESC', 'metrics.r', undefined],
  ])('%s orders %s %s', (order, id, want) => {
    expect(sortedBy(order, id)).toBe(want)
  })
  test.each([
    ['', 'newest first'],
    ['metrics.rmse ASC', 'by rmse, lowest first'],
    ['duration DESC', 'by Took, highest first'],
    ['min(metrics.`val loss`) DESC', 'by min(val loss), highest first'],
  ])('%s is %s', (order, want) => {
    expect(orderWords(order)).toBe(want)
  })
})

describe('the sheet of columns', () => {
  test('lists them by kind; other forms of a metric only where they are shown', () => {
    const looks = laidOut(all, [])
    expect(sections(all, looks, '').map((part) => [part.title, part.columns.length])).toEqual([
      ['Run', 7],
      ['Params', 3],
      ['Metrics', 1],
      ['Tags', 1],
      ['Data', 1],
    ])
    const more = looks.map((look) => (look.id === 'min(metrics.rmse)' ? { ...look, shown: true } : look))
    expect(ids(sections(all, more, 'rm').flatMap((part) => part.columns))).toEqual(['metrics.rmse', 'min(metrics.rmse)'])
  })
  test('a metric has a least, a most and a curve; a param has not', () => {
    const of = (id: string) => all.find((c) => c.id === id)
    const metric = of('metrics.rmse')
    const param = of('params.lr')
    if (metric === undefined || param === undefined) throw new Error('a column is missing')
    expect(variants(all, metric).map((v) => v.word)).toEqual(['min', 'max', 'curve'])
    expect(variants(all, param)).toEqual([])
  })
})

test.each(['seed', 'random_state', 'cv.fold', 'data_seed'])('%s only repeats', (key) => {
  expect(seedLike(catalogue({ columns: [info(`params.${key}`)], manyExperiments: false }))).toEqual([`params.${key}`])
})

test('what can be grouped by', () => {
  expect(ids(groupable(all))).toEqual(['experiment', 'data', 'status', 'user', 'params.lr', 'params.seed', 'tags.team'])
  expect(seedLike(catalogue({ columns: [info('params.seeding')], manyExperiments: false }))).toEqual([])
})
