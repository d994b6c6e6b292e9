import { expect, test } from 'vitest'
import { chartKinds } from '../../api/charts'
import { asKind, fieldsOf } from './fields'

const columns = { metrics: ['metrics.loss', 'metrics.acc'], params: ['params.lr', 'params.depth'] }

test.each(chartKinds)('%s has what it needs, whatever it was before', (kind) => {
  for (const from of chartKinds) {
    const spec = asKind(asKind({ kind: 'line', y: ['metrics.acc'] }, from, columns), kind, columns)
    const fields = fieldsOf[kind]
    expect(spec.kind).toBe(kind)
    if (fields.y !== 'none' && kind !== 'images') expect(spec.y?.length ?? 0).toBeGreaterThan(0)
    if (fields.x === 'column') expect(spec.x).toMatch(/^(params|metrics)\./)
    if (fields.x === 'axis') expect(spec.x).toBe('step')
    if (fields.z !== undefined) expect(spec.z).toBeDefined()
    if (kind === 'parallel' || kind === 'correlation') expect(spec.axes?.length ?? 0).toBeGreaterThan(1)
  }
})

test('the metric stays when the kind changes', () => {
  expect(asKind({ kind: 'line', y: ['metrics.acc'], logY: true }, 'box', columns)).toEqual({ kind: 'box', y: ['metrics.acc'], logY: true })
})
