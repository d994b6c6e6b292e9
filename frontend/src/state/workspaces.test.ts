import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Client } from '../api/client'
import { VarveError } from '../api/errors'
import type { ClosingAnswer, Native } from '../api/native'
import type { KnownWorkspace } from '../api/types'
import { Closing } from './closing.svelte'
import { Toasts } from './toasts.svelte'
import { Workspaces } from './workspaces.svelte'

const lake: KnownWorkspace = { path: '/home/ada/Lake', name: 'Lake', opened: 2, here: true, gone: false }
const brook: KnownWorkspace = { path: '/home/ada/brook', name: 'brook', opened: 1, here: false, gone: true }
const refusal = new VarveError({ status: 404, code: 'not found', title: 'The folder is not a Varve workspace.', hint: 'Choose another.', field: 'path' })

/** A computer that knows two workspaces. */
function computer(refuses = false) {
  let known = [lake, brook]
  const asked: string[] = []
  const go = (path: string, create: boolean) => {
    asked.push(`${create ? 'make' : 'open'} ${path}`)
    if (refuses) throw refusal
  }
  const client = {
    workspaces: () => Promise.resolve({ workspaces: known }),
    keepWorkspace: (path: string, opened: number) => Promise.resolve(void (known = [...known, { ...brook, path, opened }])),
    forgetWorkspace: (path: string) => Promise.resolve(void (known = known.filter((w) => w.path !== path))),
    openWorkspace: async (path: string, create: boolean) => (await Promise.resolve(), go(path, create), { address: 'http://127.0.0.1:5001/#code=1' }),
  } as unknown as Client
  return { client, asked, go }
}

describe('from one workspace to another', () => {
  let toasts: Toasts
  const leave = vi.fn<(address: string | undefined) => void>()

  beforeEach(() => {
    toasts = new Toasts()
    leave.mockClear()
    vi.useFakeTimers()
    return () => vi.useRealTimers()
  })

  test('a browser goes to the address that it is told', async () => {
    const { client, asked } = computer()
    const all = new Workspaces({ client, native: undefined, toasts, leave })
    await all.choose()
    expect(all.sheet).toEqual({ create: false, path: '', problem: undefined })
    await all.open('/home/ada/Glacier')
    expect(asked).toEqual(['open /home/ada/Glacier'])
    expect(leave).toHaveBeenCalledExactlyOnceWith('http://127.0.0.1:5001/#code=1')
    expect([all.sheet, all.opening]).toEqual([undefined, ''])
  })

  test('what is refused is said where the path can be mended', async () => {
    const { client } = computer(true)
    const all = new Workspaces({ client, native: undefined, toasts, leave })
    await all.open('/home/ada/papers', true)
    expect(all.sheet).toEqual({ create: true, path: '/home/ada/papers', problem: refusal })
    expect(leave).not.toHaveBeenCalled()
  })

  test('a window asks with a dialog, loads its pages anew, and stays when the other has a window of its own', async () => {
    const { client, asked, go } = computer()
    let raised = false
    let chosen: string | undefined = '/home/ada/Glacier'
    const native = {
      choose: () => Promise.resolve(chosen),
      workspace: async (path: string, create: boolean) => (await Promise.resolve(), go(path, create), { raised }),
    } as unknown as Native
    const all = new Workspaces({ client, native, toasts, leave })
    await all.choose()
    expect(leave).toHaveBeenCalledExactlyOnceWith(undefined)
    chosen = undefined // the dialog was closed
    await all.choose()
    raised = true
    await all.open('/home/ada/brook')
    expect(leave).toHaveBeenCalledOnce()
    expect(asked).toEqual(['open /home/ada/Glacier', 'open /home/ada/brook'])
    expect(toasts.all.map((t) => t.text)).toEqual(['brook has a window of its own, which is in front now.'])
  })

  test('one that has gone leaves the list, and comes back with Undo', async () => {
    const { client } = computer()
    const all = new Workspaces({ client, native: undefined, toasts, leave })
    await all.load()
    expect(all.others).toEqual([brook])
    await all.forget(brook)
    await all.load()
    expect(all.others).toEqual([])
    toasts.all[0]?.action?.run()
    await vi.waitFor(() => expect(all.others).toEqual([brook]))
  })

  test.each([
    ['/home/ada/Lake', '/home/ada/'],
    ['/Lake', '/'],
    ['C:\\Users\\ada\\Lake', 'C:\\Users\\ada\\'],
    ['', ''],
  ])('beside %j a new one is proposed in %j', (beside, path) => {
    const all = new Workspaces({ client: computer().client, native: undefined, toasts, leave })
    all.create(beside)
    expect(all.sheet?.path).toBe(path)
  })
})

describe('the question before a window closes', () => {
  function asked(stops: readonly string[], close: boolean) {
    const said: ClosingAnswer[] = []
    const native = { answerClosing: (answer: ClosingAnswer) => Promise.resolve(void said.push(answer)) } as unknown as Native
    const closing = new Closing(native, () => undefined)
    closing.ask = true
    closing.begin({ runs: 2, stops })
    expect(closing.question?.runs).toBe(2)
    closing.answer(close)
    expect(closing.question).toBeUndefined()
    return { said, asksAgain: closing.ask }
  }

  test.each([
    ['runs go on: asked once', [], true, { close: true, ask: false }, false],
    ['whoever stays is asked again', [], false, { close: false, ask: true }, true],
    ['work that stops is asked about each time', ['Add wine'], true, { close: true, ask: true }, true],
  ])('%s', (_, stops, close, answer, again) => {
    expect(asked(stops, close)).toEqual({ said: [{ shown: true }, answer], asksAgain: again })
  })
})
