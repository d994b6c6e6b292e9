import type { App } from '../../state/app'
import type { RunsRoute } from '../../state/route'
import { viewOf, viewRoute, type TableView } from '../../state/savedview'
import type { NamedView } from '../../state/views.svelte'

/** Saves a view; the toast takes it back. */
export async function saveView(app: App, name: string, view: TableView): Promise<boolean> {
  let before: TableView | undefined
  const done = await app.attempt(async () => {
    before = await app.views.save(name, view)
  })
  if (!done) return false
  const was = before
  const undo = () => void app.attempt(() => (was === undefined ? app.views.delete(name) : app.views.save(name, was)))
  app.toasts.say(was === undefined ? `View ${name} saved` : `View ${name} replaced`, { label: 'Undo', run: undo })
  return true
}

/** Gives a view another name; the toast takes it back. */
export async function renameView(app: App, name: string, to: string): Promise<boolean> {
  if (name === to) return true
  const set = (from: string, now: string) =>
    app.attempt(async () => {
      await app.views.rename(from, now)
      follow(app, from, now)
    })
  if (!(await set(name, to))) return false
  app.toasts.say(`View ${name} is now ${to}`, { label: 'Undo', run: () => void set(to, name) })
  return true
}

/** Takes a view away; the toast brings it back. */
export async function deleteView(app: App, name: string): Promise<void> {
  const view = app.views.saved.find((one) => one.name === name)?.view
  if (view === undefined || !(await app.attempt(() => app.views.delete(name)))) return
  follow(app, name, undefined)
  app.toasts.say(`View ${name} deleted`, { label: 'Undo', run: () => void app.attempt(() => app.views.save(name, view)) })
}

/** Shows a view as it was saved. */
export function restoreView(app: App, { name, view }: NamedView, route: RunsRoute, go: (route: RunsRoute) => void): void {
  app.views.reset()
  go(viewRoute(route.experiments, name, view))
}

/** The address says which view it is of: it goes along with its name. */
function follow(app: App, from: string, now: string | undefined): void {
  const { route } = app.router
  if (route.place !== 'runs' || route.view !== from) return
  app.router.replace(viewRoute(route.experiments, now ?? '', viewOf(route, app.views.layout)))
}
