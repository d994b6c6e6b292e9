import { expect, test, vi } from 'vitest'
import { Keys, type Command } from '../../src/commands/keys'

function press(keys: Keys, key: string, init: KeyboardEventInit = {}, target: HTMLElement = document.body): boolean {
  let done = false
  const hear = (event: KeyboardEvent) => {
    done = keys.press(event)
  }
  target.addEventListener('keydown', hear)
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
  target.removeEventListener('keydown', hear)
  return done
}

function command(keys: string, more: Omit<Partial<Command>, 'run'> = {}) {
  return { id: keys, title: keys, keys, ...more, run: vi.fn<() => void>() }
}

test('a pair of keys is one command, and each of them alone is another', () => {
  const keys = new Keys()
  const [runs, j] = [command('g r'), command('j')]
  keys.add([runs, j])
  press(keys, 'g')
  expect(press(keys, 'r')).toBe(true)
  expect(runs.run).toHaveBeenCalledOnce()
  press(keys, 'g')
  press(keys, 'j')
  expect(j.run).toHaveBeenCalledOnce()
  press(keys, 'r')
  expect(runs.run).toHaveBeenCalledOnce()
})

test('what was pressed before a pair takes nothing from it', () => {
  for (const before of ['Escape', 'j', 'x', 'g']) {
    const keys = new Keys()
    const [runs, escape, j] = [command('g r'), command('Escape'), command('j')]
    keys.add([runs, escape, j])
    press(keys, before)
    press(keys, 'g')
    expect(press(keys, 'r'), before).toBe(true)
    expect(runs.run).toHaveBeenCalledOnce()
  }
})

test('letters in fields are text; Escape and Ctrl Enter are not; editing keeps Ctrl Z', () => {
  const keys = new Keys()
  const all = [command('j'), command('Escape'), command('Ctrl+Enter'), command('Ctrl+z')]
  keys.add(all)
  const field = document.createElement('input')
  document.body.append(field)
  press(keys, 'j', {}, field)
  press(keys, 'z', { ctrlKey: true }, field)
  press(keys, 'Enter', { ctrlKey: true }, field)
  press(keys, 'Escape', {}, field)
  expect(all.map((c) => c.run.mock.calls.length)).toEqual([0, 1, 1, 0])
  field.type = 'checkbox'
  press(keys, 'j', {}, field)
  expect(all[0]?.run).toHaveBeenCalledOnce()
  field.remove()
})

test('what lies on top goes first, and only where it applies', () => {
  const keys = new Keys()
  let chosen = true
  const below = command('Escape', { id: 'below', when: () => true })
  const above = command('Escape', { id: 'above', when: () => chosen })
  keys.add([below])
  const remove = keys.add([above])
  press(keys, 'Escape')
  chosen = false
  press(keys, 'Escape')
  expect([above.run.mock.calls.length, below.run.mock.calls.length]).toEqual([1, 1])
  chosen = true
  remove()
  press(keys, 'Escape')
  expect(below.run).toHaveBeenCalledTimes(2)
})

test('no key twice', () => {
  const keys = new Keys()
  keys.add([command('j')])
  expect(() => keys.add([command('j')])).toThrow('the key j is taken')
})

test('what somebody has handled already is left alone', () => {
  const keys = new Keys()
  const j = command('j')
  keys.add([j])
  const event = new KeyboardEvent('keydown', { key: 'j', cancelable: true })
  event.preventDefault()
  expect(keys.press(event)).toBe(false)
  expect(j.run).not.toHaveBeenCalled()
})
