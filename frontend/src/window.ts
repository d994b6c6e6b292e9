import { mount } from 'svelte'
import App from './App.svelte'
import { App as Everything } from './state/app'

/** Opens the pages; the session may be on its way. */
export function open(target: HTMLElement, session: Promise<void> | undefined): void {
  // The one place where things are built; the rest gets them by context.
  const app = new Everything()
  if (session === undefined) app.ahead()
  mount(App, { target, props: { app, session } })
}
