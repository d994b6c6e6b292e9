import { describe, expect, test } from 'vitest'
import type { RunRow } from '../../api/types'
import { MetricFormats, nextOrder, orderWords, runColumns } from './columns'

const row = (params: Record<string, string>, metrics: RunRow['metrics'], more: Partial<RunRow> = {}): RunRow => ({
  id: 'a',
  name: 'a',
  experiment: '0',
  status: 'finished',
  params,
  metrics,
  data: [],
  trashed: false,
  ...more,
})
const shape = { rows: [] as RunRow[], params: [], metrics: [], same: [] as string[], order: '', manyExperiments: false, narrow: false }

describe('the order after a click', () => {
  test.each([
    ['', 'metrics.rmse', 'metrics.rmse ASC'],
    ['metrics.rmse ASC', 'metrics.rmse', 'metrics.rmse DESC'],
    ['metrics.rmse DESC', 'metrics.rmse', ''],
    ['metrics.rmse ASC', 'params.alpha', 'params.alpha ASC'],
    ['', 'metrics.val loss', 'metrics.`val loss` ASC'],
    ['', 'metrics.system/cpu', 'metrics.`system/cpu` ASC'],
    ['', 'name', 'attributes.run_name ASC'],
    ['', 'started', 'attributes.start_time ASC'],
    ['attributes.start_time ASC', 'started', ''],
    ['metrics.rmse ASC', 'took', 'metrics.rmse ASC'],
  ])('%j on %s', (order, id, want) => {
    expect(nextOrder(order, id)).toBe(want)
  })
  test('is told in words', () => {
    expect([orderWords(''), orderWords('metrics.`val loss` DESC'), orderWords('params.a ASC')]).toEqual([
      'newest first',
      'by val loss, highest first',
      'by a, lowest first',
    ])
  })
})

describe('columns', () => {
  test('newest first is shown at its head', () => {
    const started = runColumns(shape).find((c) => c.id === 'started')
    expect(started?.sorted).toBe('descending')
  })
  test('figures stand right, words left, and data only where there is some', () => {
    const columns = runColumns({
      ...shape,
      rows: [row({ alpha: '0.5', loss: 'huber' }, { rmse: 1 })],
      params: ['alpha', 'loss'],
      metrics: ['rmse'],
    })
    expect(columns.map((c) => [c.id, c.right])).toEqual([
      ['name', false],
      ['started', false],
      ['took', true],
      ['params.alpha', true],
      ['params.loss', false],
      ['metrics.rmse', true],
    ])
  })
  test('params that are all the same stand last', () => {
    const columns = runColumns({ ...shape, params: ['seed', 'alpha'], metrics: ['rmse'], same: ['seed'] })
    expect(columns.slice(3).map((c) => c.id)).toEqual(['params.alpha', 'metrics.rmse', 'params.seed'])
  })
  test('a name of a hundred letters does not push the rest away', () => {
    const [, , , wide] = runColumns({ ...shape, params: ['p'.repeat(100)] })
    expect(wide?.width).toBeLessThanOrEqual(200)
  })
})

test('metrics are written alike within their column, and know their place', () => {
  const rows = [row({}, { rmse: 0.6355 }), row({}, { rmse: 0.642 }), row({}, { rmse: 'NaN' }), row({}, {})]
  const formats = new MetricFormats(rows)
  expect(rows.map((r) => formats.text(r, 'rmse'))).toEqual(['0.6355', '0.6420', 'NaN', '–'])
  expect(rows.map((r) => formats.share(r, 'rmse'))).toEqual([0, 1, undefined, undefined])
})
