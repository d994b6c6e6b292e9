import { describe, expect, test } from 'vitest'
import { groupWords, type GroupBy } from './grouping'
import { parseRoute, printRoute, type RunsRoute } from './route'
import { parseView, printView, sameView, viewOf, viewRoute } from './savedview'

const groups: (GroupBy | undefined)[] = [undefined, 'nested', { by: ['params.lr', 'data'] }, { except: ['params.seed', 'params.`a, b`'] }, { except: [] }]

describe('a view', () => {
  test.each(groups)('grouped by %j comes back as it was', (group) => {
    const view = { filter: 'metrics.rmse < 0.7', order: 'metrics.rmse ASC', group, differs: true, layout: [{ id: 'name', shown: true, width: 200 }] }
    expect(parseView(printView(view))).toEqual(view)
    const route = viewRoute(['1'], 'Best', view)
    expect(parseRoute(printRoute(route))).toEqual(route)
    expect(sameView(view, route, view.layout)).toBe(true)
    expect(sameView(view, { ...route, order: '' }, view.layout)).toBe(false)
  })
  test.each(['', '{', '[]', '7', '{"filter":7,"group":[["by"]],"columns":{}}'])('of %s shows all runs', (text) => {
    expect(parseView(text)).toEqual({ filter: '', order: '', group: undefined, differs: false, layout: [] })
  })
  test('an address as a view', () => {
    const route: RunsRoute = { place: 'runs', experiments: [], filter: 'x', order: '' }
    expect(viewOf(route, [])).toEqual({ filter: 'x', order: '', group: undefined, differs: false, layout: [] })
  })
})

test.each([
  [undefined, 'nothing'],
  ['nested' as const, 'parent'],
  [{ by: ['params.lr', 'data'] }, 'lr, data'],
  [{ except: ['params.seed'] }, 'all but seed'],
  [{ except: [] }, 'all params'],
])('%j is %s', (group, want) => {
  expect(groupWords(group)).toBe(want)
})
