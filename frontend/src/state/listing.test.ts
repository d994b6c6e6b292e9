import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Client } from '../api/client'
import { merge } from '../live/batch'
import { Listing } from './listing.svelte'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Things in a workspace; what is read is what was there when it was asked for, and comes when it is let go. */
class Things extends Listing<string> {
  world: readonly string[] = []
  readonly answers: { go: () => void }[] = []

  protected override read(signal: AbortSignal): Promise<readonly string[]> {
    const seen = this.world
    return new Promise((answer, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason as Error))
      this.answers.push({ go: () => answer(seen) })
    })
  }

  protected override concerns(): boolean {
    return true
  }
}

const settle = () => vi.advanceTimersByTimeAsync(1000)
const change = merge([{ seq: 1, datasets: true }], false)

test('a change while the list is read for the first time is in it', async () => {
  const things = new Things(new Client())
  void things.load()
  things.world = ['new']
  things.hear(change)
  things.answers[0]?.go()
  await settle()
  things.answers[1]?.go()
  await settle()
  expect(things.all).toEqual(['new'])
})

test('where changes come faster than answers, an answer is taken all the same', async () => {
  const things = new Things(new Client())
  void things.load()
  things.answers[0]?.go()
  await settle()
  things.world = ['new']
  for (let i = 0; i < 5; i++) {
    things.hear(change)
    await settle()
  }
  expect(things.answers).toHaveLength(2)
  things.answers[1]?.go()
  await settle()
  expect(things.all).toEqual(['new'])
})

test('nobody who has not asked for it reads it', async () => {
  const things = new Things(new Client())
  things.hear(change)
  await settle()
  expect(things.answers).toHaveLength(0)
})
