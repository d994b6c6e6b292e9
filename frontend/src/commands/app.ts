import { createContext } from 'svelte'
import type { App } from '../state/app'
import { allRuns } from '../state/route'
import type { Command, Keys } from './keys'

/** What the whole window can do, whatever it shows. */
export function appCommands(app: App, showKeys: () => void): Command[] {
  return [
    { id: 'go.runs', title: 'Go to runs', keys: 'g r', run: () => app.router.go(allRuns) },
    { id: 'go.data', title: 'Go to data', keys: 'g d', run: () => app.router.go({ place: 'data' }) },
    { id: 'go.projects', title: 'Go to projects', keys: 'g p', run: () => app.router.go({ place: 'projects' }) },
    { id: 'data.add', title: 'Add data', keys: 'Ctrl+o', run: () => app.intake.begin() },
    { id: 'progress', title: 'Show or hide progress', keys: 'j', run: () => (app.jobs.open = !app.jobs.open) },
    { id: 'undo', title: 'Undo', keys: 'Ctrl+z', when: () => undoable(app) !== undefined, run: () => undo(app) },
    { id: 'keys', title: 'Show all keys', keys: '?', run: showKeys },
  ]
}

/** The Keys of the component tree. */
export const [useKeys, provideKeys] = createContext<Keys>()

function undoable(app: App) {
  return app.toasts.all.findLast((toast) => toast.action?.label === 'Undo')
}

function undo(app: App): void {
  const toast = undoable(app)
  if (toast === undefined) return
  app.toasts.dismiss(toast.id)
  toast.action?.run()
}
