import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import { Toasts } from '../../src/state/toasts.svelte'

test('an effect that says something is not done anew for it', () => {
  const toasts = new Toasts()
  let times = 0
  const end = $effect.root(() => {
    $effect(() => {
      times++
      toasts.say('This part of Varve could not be loaded.')
      toasts.speak('This part of Varve could not be loaded.')
    })
  })
  flushSync()
  expect(times).toBe(1)
  expect(toasts.all.map((t) => t.text)).toEqual(['This part of Varve could not be loaded.'])
  end()
})
