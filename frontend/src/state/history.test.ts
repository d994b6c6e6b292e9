import { expect, test } from 'vitest'
import type { Edit } from '../api/types'
import { History } from './history.svelte'

const edit = (id: string): Edit => ({ id, time: 0, who: 'ada', device: 'd', here: true, what: 'name', value: id, gone: false, before: '', absent: false })

test('taking back answers its own change, whatever else is heard meanwhile', async () => {
  let list = [edit('1')]
  const history: History = new History({
    edits: async (signal) => {
      const now = list
      await Promise.resolve()
      signal.throwIfAborted()
      return now
    },
    revert: () => {
      // Another change is heard just then, so that its reading ends the one below.
      list = [edit('3'), edit('2'), edit('1')]
      void Promise.resolve().then(() => history.load())
      return Promise.resolve('2')
    },
    concerns: () => true,
  })
  await history.load()
  expect(await history.revert('1')).toBe('2')
  await expect.poll(() => history.edits.map((e) => e.id)).toEqual(['3', '2', '1'])
  expect(history.problem).toBeUndefined()
})
