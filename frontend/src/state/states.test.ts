import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Client } from '../api/client'
import { VarveError } from '../api/errors'
import type { Job, Log } from '../api/types'
import { Intake } from './intake.svelte'
import { LogView } from './log.svelte'
import { StartForm } from './projects.svelte'

/** A client of which only some calls are asked. */
function client(calls: Partial<Record<keyof Client, unknown>>): Client {
  return calls as unknown as Client
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const settle = () => vi.advanceTimersByTimeAsync(1500)

describe('the log', () => {
  function logOf(text: string, state = { ended: true }) {
    const bytes = new TextEncoder().encode(text)
    const decoder = new TextDecoder()
    const log = (_: string, offset: number, limit: number): Promise<Log> => {
      const from = offset < 0 ? Math.max(0, bytes.length - limit) : offset
      const end = Math.min(bytes.length, from + limit)
      return Promise.resolve({ text: decoder.decode(bytes.slice(from, end)), next: end, size: bytes.length, ended: state.ended })
    }
    return new LogView(client({ log }), 'run')
  }

  test('the end first, earlier parts when asked, nothing twice and nothing lost', async () => {
    const text = Array.from({ length: 12_000 }, (_, i) => `line ${i} – état 🍷`).join('\n') + '\n'
    const view = logOf(text)
    await view.load()
    expect(view.lines.at(-1)).toBe('line 11999 – état 🍷')
    expect(view.earlier).toBe(true)
    while (view.earlier) await view.readEarlier()
    expect(view.lines.join('\n') + '\n').toBe(text)
    expect(view.ended).toBe(true)
  })

  test('an empty log is loaded, and not an error', async () => {
    const view = logOf('', { ended: false })
    await view.load()
    expect([view.loaded, view.lines.length, view.ended, view.earlier]).toEqual([true, 0, false, false])
  })
})

describe('the form of an entry point', () => {
  const entry = {
    name: 'train',
    command: '',
    params: [
      { name: 'alpha', type: 'float' as const, default: '0.5', required: false, last: '0.1' },
      { name: 'data', type: 'path' as const, required: true },
      { name: 'note', type: 'string' as const, required: false },
    ],
  }
  const job: Job = { id: 'j', kind: 'run.start', title: '', state: 'running', bytes: 0, total: 0, items: 0, started: 0 }

  test('refuses what is wrong without asking, and starts what is right', async () => {
    const start = vi.fn<(s: unknown) => Promise<Job>>(() => Promise.resolve(job))
    const form = new StartForm(client({ start }), '/p', entry, 'wine')
    form.values['alpha'] = 'x'
    expect(await form.start()).toBeUndefined()
    expect(form.firstWrong).toBe('alpha')
    expect(Object.keys(form.wrong)).toEqual(['alpha', 'data'])
    expect(start).not.toHaveBeenCalled()
    form.values['alpha'] = ' 0.2 '
    form.recheck('alpha')
    expect(form.firstWrong).toBe('data')
    form.values['data'] = '/d.csv'
    form.values['note'] = '  spaces stay '
    expect(await form.start()).toBe(job)
    expect(start).toHaveBeenCalledWith({
      path: '/p',
      entryPoint: 'train',
      params: { alpha: '0.2', data: '/d.csv', note: '  spaces stay ' },
      experiment: 'wine',
    })
  })

  test('a refusal of the door stands at its field, or above the button', async () => {
    let problem = new VarveError({ status: 400, title: 'alpha is too large.', field: 'params.alpha' })
    const form = new StartForm(client({ start: () => Promise.reject(problem) }), '/p', entry, '')
    form.values['data'] = '/d.csv'
    await form.start()
    expect(form.wrong).toEqual({ alpha: 'alpha is too large.' })
    problem = new VarveError({ status: 409, title: 'Python 3.11 is not here.', hint: 'Install it.' })
    await form.start()
    expect([form.problem?.message, form.problem?.hint, form.firstWrong]).toEqual(['Python 3.11 is not here.', 'Install it.', undefined])
    expect(form.starting).toBe(false)
  })
})

describe('the sheet for data', () => {
  const look = (path: string) =>
    Promise.resolve({ path, exists: true, kind: 'data', name: path.split('/').at(-1) ?? '', next: 1, files: 1, bytes: 1, sentence: '' })

  test('a drop is looked at; on the page of a set it is its next version', async () => {
    const intake = new Intake(client({ look }))
    intake.offer(['/d/wine'])
    await settle()
    expect([intake.open, intake.path, intake.name]).toEqual([true, '/d/wine', 'wine'])
    intake.close()
    intake.onPage('bottles')
    intake.offer(['/d/wine'])
    await settle()
    expect([intake.name, intake.into]).toEqual(['bottles', 'bottles'])
  })

  test('of several things one is chosen first', async () => {
    const intake = new Intake(client({ look }))
    intake.offer(['/a', '/b'])
    await settle()
    expect([intake.offered.length, intake.look]).toEqual([2, undefined])
  })

  test('a refusal stays in the sheet, with what was typed', async () => {
    const add = () => Promise.reject(new VarveError({ title: 'No space left.', hint: 'Free some.' }))
    const intake = new Intake(client({ look, add }))
    intake.begin()
    await intake.take('/d/wine')
    expect(await intake.add()).toBeUndefined()
    expect([intake.open, intake.problem?.hint, intake.name, intake.adding]).toEqual([true, 'Free some.', 'wine', false])
  })
})
