import { untrack } from 'svelte'

/** A short word about what was done, with the way back or further. */
export interface Toast {
  id: number
  text: string
  /** Something went wrong. */
  bad: boolean
  action: { label: string; run: () => void } | undefined
}

/** How long a toast stays, unless the pointer or the focus is on it. */
const stay = 8000

/** The toasts of this window; the newest stands lowest. */
export class Toasts {
  all = $state.raw<readonly Toast[]>([])
  /** What screen readers are told: starts, ends and failures, never values. */
  spoken = $state('')

  readonly #timers: { id: number; timer: ReturnType<typeof setTimeout> }[] = []
  #next = 1

  /** Shows a toast and speaks it. An effect that does so is not done anew for it. */
  say(text: string, action?: Toast['action'], bad = false): void {
    const id = this.#next++
    this.all = [...untrack(() => this.all).slice(-2), { id, text, bad, action }]
    this.speak(text)
    this.leave(id)
  }

  /** Tells screen readers only. */
  speak(text: string): void {
    // The same words twice are spoken twice.
    this.spoken = untrack(() => this.spoken) === text ? `${text}\u00a0` : text
  }

  dismiss(id: number): void {
    this.hold(id)
    this.all = this.all.filter((t) => t.id !== id)
  }

  /** Keeps a toast while somebody reads it. */
  hold(id: number): void {
    const at = this.#timers.findIndex((t) => t.id === id)
    if (at < 0) return
    clearTimeout(this.#timers[at]?.timer)
    this.#timers.splice(at, 1)
  }

  /** Lets a toast go in its time. */
  leave(id: number): void {
    this.hold(id)
    this.#timers.push({ id, timer: setTimeout(() => this.dismiss(id), stay) })
  }
}
