import type { Component } from 'svelte'

/** A component whose script comes later: when it is first needed, or before, when there is time. */
export class Later<Props extends object> {
  /** Undefined until its script is here. */
  component = $state.raw<Component<Props> | undefined>(undefined)
  /** Its script cannot be had: browsers ask for one only once. */
  failed = $state(false)
  readonly #load: () => Promise<{ default: Component<Props> }>
  #asked: Promise<void> | undefined

  constructor(load: () => Promise<{ default: Component<Props> }>) {
    this.#load = load
  }

  /** Fetches the script, once. */
  fetch(): Promise<void> {
    this.#asked ??= this.#load().then(
      (module) => void (this.component = module.default),
      () => void (this.failed = true),
    )
    return this.#asked
  }
}

/** What is said where a part cannot be had. */
export const missing = {
  title: 'This part of Varve could not be loaded.',
  hint: 'Varve was updated while this page was open, or it does not answer. What you recorded is safe.',
}
