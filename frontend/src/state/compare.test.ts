import { describe, expect, test } from 'vitest'
import type { Metric, RunDetail } from '../api/types'
import { compareSections } from './compare'

const value = (key: string, last: Metric['last'], system = false): Metric => ({ key, last, step: 0, time: 0, min: last, max: last, points: 1, system })
const run = (id: string, more: Partial<RunDetail> = {}): RunDetail => ({
  id,
  name: id,
  experiment: '1',
  experimentName: 'wine',
  status: 'finished',
  started: 1000,
  ended: 9000,
  params: {},
  metrics: {},
  metricList: [],
  tags: [],
  data: [],
  models: [],
  trashed: false,
  hasLog: false,
  canStop: false,
  seq: 0,
  ...more,
})

function texts(runs: RunDetail[], title: string): string[] {
  const section = compareSections(runs, 0).find((s) => s.title === title)
  return (section?.rows ?? []).map((r) => `${r.same ? '=' : '≠'} ${r.label}: ${r.values.map((v) => (v === undefined ? '–' : [v.text, v.change].filter(Boolean).join(' '))).join(' | ')}`)
}

describe('runs beside each other', () => {
  test('metrics have the same decimals, and are told in percent of the first run', () => {
    const runs = [
      run('a', { metricList: [value('rmse', 0.412), value('r2', 0), value('system/cpu', 5, true)] }),
      run('b', { metricList: [value('rmse', 0.419), value('r2', 0.5)] }),
      run('c', { metricList: [value('rmse', 'NaN')], ended: 69_000 }),
    ]
    expect(texts(runs, 'Metrics')).toEqual(['≠ r2: 0.0 | 0.5 | –', '≠ rmse: 0.412 | 0.419 +1.7\u2009% | NaN', '≠ took: 8 s | 8 s | 1.1 min'])
  })

  test('what all have is the same; what one lacks differs', () => {
    const runs = [run('a', { params: { alpha: '0.1', l1: '0.5' } }), run('b', { params: { alpha: '0.10', l1: '0.5', seed: '1' } })]
    expect(texts(runs, 'Parameters')).toEqual(['≠ alpha: 0.1 | 0.10', '= l1: 0.5 | 0.5', '≠ seed: – | 1'])
  })

  test('data by version, code by commit, and tags of people', () => {
    const use = (digest: string, number: number) => [{ name: 'wine', digest, number }]
    const runs = [
      run('a', { data: use('aa', 1), tags: [{ key: 'mlflow.source.git.commit', value: '7be01d4' }, { key: 'mlflow.user', value: 'ada' }] }),
      run('b', { data: use('bb', 2), tags: [{ key: 'mlflow.source.git.commit', value: 'c20f9aa' }, { key: 'paper', value: 'yes' }] }),
    ]
    expect(texts(runs, 'Data, code, environment')).toEqual(['≠ wine: v1 | v2', '= experiment: wine | wine', '≠ commit: 7be01d4 | c20f9aa'])
    expect(texts(runs, 'Tags and notes')).toEqual(['≠ paper: – | yes'])
  })

  test('long texts are shown from where they differ', () => {
    const command = (alpha: string) => `python train.py --data /home/ada/wine.csv --alpha ${alpha} --seed 1`
    const runs = [run('a', { command: command('0.1') }), run('b', { command: command('0.15') }), run('c')]
    expect(texts(runs, 'Data, code, environment')).toContain('≠ command: … --alpha 0.1 --seed 1 | … --alpha 0.15 --seed 1 | –')
    const paths = ['/home/ada/cores/2024/dates.csv', '/home/ada/cores/2025/dates.csv'].map((path, i) => run(`r${i}`, { params: { data: path } }))
    expect(texts(paths, 'Parameters')).toEqual(['≠ data: … 2024/dates.csv | … 2025/dates.csv'])
    const same = [run('a', { command: command('0.1') }), run('b', { command: command('0.1') })]
    expect(texts(same, 'Data, code, environment')).toContain(`= command: ${command('0.1')} | ${command('0.1')}`)
  })

  test('the best is marked where the name says which way is better, and a change is better or worse', () => {
    const runs = [
      run('a', { metricList: [value('rmse', 0.5), value('acc', 0.9), value('bias', 1), value('same_loss', 2)] }),
      run('b', { metricList: [value('rmse', 0.4), value('acc', 0.8), value('bias', 2), value('same_loss', 2)] }),
      run('c', { metricList: [value('rmse', 'NaN'), value('acc', 0.95), value('bias', 3), value('same_loss', 2)] }),
    ]
    const rows = compareSections(runs, 0, 1)[0]?.rows ?? []
    const of = (label: string) => rows.find((r) => r.label === label)?.values ?? []
    expect(of('rmse').map((v) => v?.best)).toEqual([undefined, true, undefined])
    expect(of('acc').map((v) => v?.best)).toEqual([undefined, undefined, true])
    expect(of('bias').some((v) => v?.best !== undefined || v?.better !== undefined)).toBe(false)
    expect(of('same_loss').some((v) => v?.best)).toBe(false)
    // The second run is the baseline.
    expect(of('rmse').map((v) => v?.change)).toEqual(['+25\u2009%', undefined, undefined])
    expect(of('rmse').map((v) => v?.better)).toEqual([false, undefined, undefined])
    expect(of('acc').map((v) => v?.better)).toEqual([true, undefined, true])
  })

  test('notes stand beside each other', () => {
    const runs = [run('a', { tags: [{ key: 'mlflow.note.content', value: '# Good' }] }), run('b')]
    expect(compareSections(runs, 0).find((s) => s.title === 'Tags and notes')?.rows[0]).toMatchObject({ label: 'note', kind: 'note', same: false })
  })
})
