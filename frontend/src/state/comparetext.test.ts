import { expect, test } from 'vitest'
import type { ComparedRun } from '../api/types'
import { comparisonText } from './comparetext'

test('every row is there, equal or not, with the whole of its values', () => {
  const runs = [{ id: 'a', name: 'one, two' }, { id: 'b', name: 'say "b"' }] as ComparedRun[]
  const row = { label: 'lr', kind: 'plain', values: [{ text: '…1', whole: '0.1' }, undefined], same: false } as const
  expect(comparisonText(runs, [{ title: 'Parameters', rows: [row], equal: 0, all: 1, left: 0 }], 1)).toBe(',run,"one, two","say ""b"""\r\n,id,a,b\r\n,baseline,,yes\r\nParameters,lr,0.1,\r\n')
})
