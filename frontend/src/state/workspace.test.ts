import { expect, test } from 'vitest'
import type { Client } from '../api/client'
import type { Experiment } from '../api/types'
import { WorkspaceState } from './workspace.svelte'

test('experiments that were asked for before never overwrite newer ones', async () => {
  const answers: ((experiments: Experiment[]) => void)[] = []
  const client = {
    workspace: () => Promise.resolve({}),
    experiments: () => new Promise<Experiment[]>((answer) => answers.push(answer)),
  }
  const state = new WorkspaceState(client as unknown as Client)
  const [older, newer] = [state.load(), state.load()]
  const named = (name: string) => [{ id: '1', name }] as Experiment[]
  answers[1]?.(named('new'))
  expect(await newer).toBe(true)
  answers[0]?.(named('old'))
  expect(await older).toBe(true)
  expect(state.experimentName('1')).toBe('new')
})
