import { describe, expect, test } from 'vitest'
import { move } from './cursor'

const bounds = { rows: 100, columns: 6, page: 10 }

describe('keys', () => {
  test.each([
    ['ArrowDown', false, { row: 5, column: 2 }, { row: 6, column: 2 }],
    ['ArrowUp', false, { row: 0, column: 2 }, { row: -1, column: 2 }],
    ['ArrowUp', false, { row: -1, column: 2 }, { row: -1, column: 2 }],
    ['ArrowDown', false, { row: 99, column: 2 }, { row: 99, column: 2 }],
    ['ArrowUp', true, { row: 50, column: 2 }, { row: 0, column: 2 }],
    ['ArrowLeft', false, { row: 5, column: 0 }, { row: 5, column: 0 }],
    ['ArrowRight', false, { row: 5, column: 5 }, { row: 5, column: 5 }],
    ['PageDown', false, { row: -1, column: 0 }, { row: 10, column: 0 }],
    ['PageDown', false, { row: 95, column: 0 }, { row: 99, column: 0 }],
    ['PageUp', false, { row: 4, column: 0 }, { row: 0, column: 0 }],
    ['Home', false, { row: 4, column: 3 }, { row: 4, column: 0 }],
    ['End', true, { row: 4, column: 3 }, { row: 99, column: 5 }],
  ])('%s, ctrl %s', (key, ctrl, from, to) => {
    expect(move(from, key, ctrl, bounds)).toEqual(to)
  })
  test('other keys do not move', () => {
    expect(move({ row: 1, column: 1 }, 'a', false, bounds)).toBeUndefined()
  })
  test('an empty table keeps the cursor in its head', () => {
    expect(move({ row: -1, column: 0 }, 'ArrowDown', false, { ...bounds, rows: 0 })).toEqual({ row: -1, column: 0 })
  })
})
