import { expect, test } from 'vitest'
import type { Param } from '../api/types'
import { axesOf, runsOf, valuesIn } from './grid'

const param = (name: string, type: Param['type']): Param => ({ name, type, required: false })

test.each<[string, string[]]>([
  ['', ['']],
  ['0.5', ['0.5']],
  ['0,5', ['0,5']],
  ['0.1, 0.5, 1.0', ['0.1', '0.5', '1.0']],
  ['0.1,0.5', ['0.1', '0.5']],
  ['1,2,3', ['1', '2', '3']],
  ['1; 2', ['1', '2']],
  ['0.1 0.5', ['0.1', '0.5']],
  ['0.1, 0.1,', ['0.1']],
  [', ', [',']],
])('in the field of a number, %j is %j', (text, values) => {
  expect(valuesIn(param('alpha', 'float'), text)).toEqual(values)
})

test('texts and paths are never taken apart', () => {
  expect(valuesIn(param('note', 'string'), 'a, b')).toEqual(['a, b'])
  expect(valuesIn(param('data', 'path'), '/my data, new')).toEqual(['/my data, new'])
})

test('a form spans a grid', () => {
  const axes = axesOf([param('a', 'float'), param('b', 'int'), param('c', 'string')], { a: '0.1, 0.5', b: '1 2 3', c: 'x, y' })
  expect(axes.map((axis) => axis.name)).toEqual(['a', 'b'])
  expect(runsOf(axes)).toBe(6)
  expect(runsOf([])).toBe(1)
})
