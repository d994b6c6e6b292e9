import { expect, test } from 'vitest'
import type { Edit } from '../../api/types'
import { editor, editWords, ownEdits, revertible } from './editwords'

const edit = (more: Partial<Edit> & Pick<Edit, 'what'>): Edit => ({ id: 'a:1', time: 0, device: 'a', here: true, ...more })

test.each([
  [edit({ what: 'name', value: 'Y', before: 'X' }), 'renamed from X to Y'],
  [edit({ what: 'name', value: 'Y', absent: true }), 'named Y'],
  [edit({ what: 'tag', key: 'team', value: 'blue', before: 'red' }), 'tag team: red → blue'],
  [edit({ what: 'tag', key: 'team', value: 'red', absent: true }), 'tag team: red'],
  [edit({ what: 'tag', key: 'team', gone: true, before: 'red' }), 'tag team removed, it was red'],
  [edit({ what: 'tag', key: 'mlflow.note.content', value: 'x', absent: true }), 'note written'],
  [edit({ what: 'tag', key: 'mlflow.note.content', value: 'x', before: 'y' }), 'note changed'],
  [edit({ what: 'tag', key: 'mlflow.note.content', gone: true, before: 'y' }), 'note removed'],
  [edit({ what: 'experiment', value: 'B', before: 'A' }), 'moved from A to B'],
  [edit({ what: 'experiment', value: 'B', absent: true }), 'moved to B'],
  [edit({ what: 'experiment', gone: true, before: 'B' }), 'moved from B back to where it began'],
  [edit({ what: 'status', value: 'finished', before: 'lost', reason: 'Set by hand' }), 'set by hand: lost → finished'],
  [edit({ what: 'status', value: 'running', before: 'failed' }), 'taken up again: failed → running'],
  [edit({ what: 'status', value: 'finished', before: 'running' }), 'ended: running → finished'],
  [edit({ what: 'trash', value: 'trash', absent: true }), 'put into the trash'],
  [edit({ what: 'trash', gone: true, before: 'trash' }), 'taken out of the trash'],
])('%j is told in words', (one, want) => {
  expect(editWords(one)).toBe(want)
})

test('long values are cut by characters, and stand in one line', () => {
  expect(editWords(edit({ what: 'tag', key: 'k', value: `a\n  b${'🍷'.repeat(60)}`, absent: true }), 5)).toBe('tag k: a b🍷…')
})

test('the machine’s tags are left out, the note is not', () => {
  const keys = ['team', 'mlflow.note.content', 'mlflow.source.name']
  expect(ownEdits([...keys.map((key) => edit({ what: 'tag', key })), edit({ what: 'trash' })]).map((e) => e.key)).toEqual(['team', 'mlflow.note.content', undefined])
})

test('a change has somebody who made it, and a way back unless it gave the first name', () => {
  expect([editor(edit({ what: 'trash', who: 'Ada' })), editor(edit({ what: 'trash' })), editor(edit({ what: 'trash', here: false, who: '' }))]).toEqual(['Ada', 'on this computer', 'on another computer'])
  expect([revertible(edit({ what: 'name', absent: true })), revertible(edit({ what: 'name', before: 'x' })), revertible(edit({ what: 'tag', absent: true }))]).toEqual([false, true, true])
})
