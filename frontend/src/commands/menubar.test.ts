import { expect, test } from 'vitest'
import type { Command } from './keys'
import { menusOf } from './menubar'

const command = (id: string, title: string, more: Partial<Command> = {}): Command => ({ id, title, run: () => undefined, ...more })

const all: Command[] = [
  command('find', 'Find or do', { keys: 'Ctrl+k' }),
  command('go.home', 'Go to Home', { keys: 'g h' }),
  command('data.add', 'Add data', { keys: 'Ctrl+o' }),
  command('progress', 'Show or hide progress', { keys: 'j' }),
  command('undo', 'Undo', { keys: 'Ctrl+z', when: () => false }),
  command('keys', 'Show all keys', { keys: '?' }),
  command('go.settings', 'Settings', { keys: 'Ctrl+,', setting: true }),
  command('theme.dark', 'Use the dark theme', { when: () => false }),
]

function shown(commands: readonly Command[], letters = true): string[] {
  return menusOf(commands, letters).map(({ title, items }) => `${title}: ${items.map((i) => (i.id === undefined ? '|' : `${i.id}${i.keys === undefined ? '' : ` (${i.keys})`}${i.disabled === true ? ' off' : ''}`)).join(', ')}`)
}

const edits = 'edit.undo (Ctrl Z), edit.redo (Ctrl Shift Z), |, edit.cut (Ctrl X), edit.copy (Ctrl C), edit.paste (Ctrl V), edit.all (Ctrl A)'

test('every command stands in one menu, with its keys, and says whether it works', () => {
  expect(shown(all)).toEqual([
    '_File: data.add (Ctrl O), |, go.settings (Ctrl ,)',
    `_Edit: ${edits}, |, find (Ctrl K)`,
    '_View: progress (J), |, theme.dark off',
    '_Go: go.home (G H)',
    '_Help: keys (?)',
  ])
})

test('what views add stands in View or Edit, and workspaces in File', () => {
  const more = [
    ...all,
    command('runs.compare', 'Compare', { keys: 'c', when: () => false }),
    command('run.log', 'Log of this run', { keys: '3' }),
    command('workspace.open', 'Open another workspace'),
    ...Array.from({ length: 9 }, (_, i) => command(`workspace:/w${i}`, `Switch to w${i}`)),
  ]
  const [file, edit, view] = shown(more)
  expect(file).toBe('_File: data.add (Ctrl O), |, workspace.open, workspace:/w0, workspace:/w1, workspace:/w2, workspace:/w3, workspace:/w4, workspace:/w5, |, go.settings (Ctrl ,)')
  expect(edit).toBe(`_Edit: ${edits}, |, runs.compare (C) off, |, find (Ctrl K)`)
  expect(view).toBe('_View: run.log (3), |, progress (J), |, theme.dark off')
})

test('a title stands once, with the key that works in fields; letters that are no keys are not shown', () => {
  const twice = [command('log.search', 'Search the log', { keys: '/' }), command('log.find', 'Search the log', { keys: 'Ctrl+f' }), command('progress', 'Progress', { keys: 'j' }), command('go.runs', 'Go to runs', { keys: 'g r' })]
  expect(shown(twice, false).slice(2, 4)).toEqual(['_View: log.find (Ctrl F), |, progress', '_Go: go.runs'])
})
