import { expect, test } from 'vitest'
import type { Metric, RunDetail } from '../../api/types'
import { drawable, lastWords, ownTags, systemFact } from './shape'

const metric = (key: string, points: number): Metric => ({ key, last: 1, step: 0, time: 0, min: 1, max: 1, points, system: false })
const run = (...metricList: Metric[]) => ({ metricList }) as unknown as RunDetail
const chart = (...keys: string[]) => ({ title: '', option: {}, series: keys.map((key) => ({ run: 'r', key, label: key, slot: 1 })) })

test('one value is a number, not a chart', () => {
  expect(drawable(chart('a'), run(metric('a', 1)))).toBe(false)
  expect(drawable(chart('a', 'b'), run(metric('a', 1), metric('b', 2)))).toBe(true)
  expect(drawable(chart('a'), run())).toBe(false)
  expect(drawable(chart('a'), undefined)).toBe(false)
})

test('the last words of a run leave out empty lines', () => {
  expect(lastWords(['a', '', 'b', 'c', ''], 2)).toEqual(['b', 'c'])
})

test('own tags', () => {
  expect(ownTags([{ key: 'mlflow.user', value: 'a' }, { key: 'paper', value: 'b' }])).toEqual([{ key: 'paper', value: 'b' }])
})

test.each([
  ['system/cpu_utilization_percentage', 61.27, 'CPU utilization', '61.3\u2009%'],
  ['system/system_memory_usage_megabytes', 22060, 'system memory usage', '20.5 GiB'],
  ['system/gpu_0_power_usage_watts', 71, 'GPU 0 power usage', '71 W'],
  ['system/threads', 12, 'threads', '12'],
])('%s has a unit', (key, value, label, text) => {
  expect(systemFact(key, value)).toEqual({ label, value: text })
})
