import { createContext } from 'svelte'
import type { App } from '../state/app'
import { cutMiddle } from '../format/words'
import { allRuns, home, models, settings, trash } from '../state/route'
import type { Theme } from '../state/settings.svelte'
import type { Command, Keys } from './keys'

/** In seconds: what was interrupted since may go on. */
const day = 24 * 60 * 60

/** What the whole window can do, whatever it shows. */
export function appCommands(app: App, showKeys: () => void): Command[] {
  const go = app.router.go.bind(app.router)
  return [
    { id: 'find', title: 'Find or do', keys: 'Ctrl+k', run: () => (app.finder.open ? app.finder.close() : app.finder.show()) },
    { id: 'go.home', title: 'Go to Home', keys: 'g h', words: 'start overview what happened', run: () => go(home) },
    { id: 'go.runs', title: 'Go to runs', keys: 'g r', words: 'experiments table', run: () => go(allRuns) },
    { id: 'go.data', title: 'Go to data', keys: 'g d', words: 'data sets versions', run: () => go({ place: 'data' }) },
    { id: 'go.projects', title: 'Go to projects', keys: 'g p', run: () => go({ place: 'projects' }) },
    { id: 'go.models', title: 'Go to models', keys: 'g m', words: 'registry versions stages aliases production', run: () => go(models) },
    { id: 'go.trash', title: 'Go to the trash', words: 'deleted purge restore bin empty free space disk', run: () => go(trash) },
    { id: 'data.verify', title: 'Verify all data', words: 'check damage integrity bytes', run: () => void app.begin(() => app.client.upkeep.verify()) },
    { id: 'data.clean', title: 'Free space that nothing needs', words: 'gc garbage clean up disk interrupted', run: () => void app.begin(() => app.client.upkeep.clean(day)) },
    { id: 'data.add', title: 'Add data', keys: 'Ctrl+o', words: 'drop import file folder new version', run: () => app.intake.begin() },
    { id: 'import', title: 'Import runs', words: 'mlflow mlruns database server csv tsv excel xlsx table results history old', run: () => app.importing.begin() },
    { id: 'import-data', title: 'Import versions of data', words: 'dvc git lfs repository history cache old', run: () => app.importing.begin('', 'data') },
    { id: 'export', title: 'Export runs', words: 'mlflow mlruns parquet pandas r julia tables server folder archive save share', run: () => app.beginExport() },
    { id: 'project.open', title: 'Open a project', keys: 'Ctrl+Shift+o', words: 'MLproject folder start', run: () => go({ place: 'projects' }) },
    { id: 'workspace.open', title: 'Open another workspace', words: 'switch folder record lab', run: () => void app.workspaces.choose() },
    { id: 'workspace.new', title: 'New workspace', words: 'create make folder record lab', run: () => app.workspaces.create(app.workspace.workspace?.path ?? '') },
    { id: 'progress', title: 'Show or hide progress', keys: 'j', words: 'copying cancel', run: () => (app.jobs.open = !app.jobs.open) },
    { id: 'rail', title: 'Slim or wide rail', keys: '[', words: 'sidebar places collapse', run: () => app.settings.toggleRail() },
    { id: 'side', title: 'Show or hide the side pane', keys: ']', words: 'facts details collapse', run: () => app.settings.toggleSide() },
    { id: 'undo', title: 'Undo', keys: 'Ctrl+z', when: () => undoable(app) !== undefined, run: () => undo(app) },
    { id: 'back', title: 'Back', keys: 'Alt+ArrowLeft', words: 'before last page', run: () => history.back() },
    { id: 'forward', title: 'Forward', keys: 'Alt+ArrowRight', words: 'next page', run: () => history.forward() },
    ...windowCommands(app),
    { id: 'keys', title: 'Show all keys', keys: '?', words: 'shortcuts keyboard help', run: showKeys },
    { id: 'go.settings', title: 'Settings', keys: 'Ctrl+,', words: 'preferences options about version folder', setting: true, run: () => go(settings) },
    { id: 'diagnostics', title: 'Diagnostics', words: 'bundle support help fault bug log', setting: true, run: () => go({ place: 'settings', show: 'diagnostics' }) },
    { id: 'licences', title: 'Licences of all parts', words: 'license about open source notices', setting: true, run: () => go({ place: 'settings', show: 'licences' }) },
    theme(app, 'light', 'Use the light theme', 'bright white day colours'),
    theme(app, 'dark', 'Use the dark theme', 'night black colours'),
    theme(app, 'system', 'Use the theme of the computer', 'system automatic dark light colours'),
  ]
}

/** What only a window can do. */
function windowCommands(app: App): Command[] {
  const { native } = app
  if (native === undefined) return []
  const zoom = (percent: number) => {
    const to = Math.min(300, Math.max(50, percent))
    app.settings.zoom = to
    void app.attempt(() => native.zoom(to))
  }
  return [
    { id: 'zoom.in', title: 'Larger', keys: 'Ctrl++', also: 'Ctrl+=', words: 'zoom in text size', run: () => zoom(app.settings.zoom + 10) },
    { id: 'zoom.out', title: 'Smaller', keys: 'Ctrl+-', words: 'zoom out text size', run: () => zoom(app.settings.zoom - 10) },
    { id: 'zoom.reset', title: 'Normal size', keys: 'Ctrl+0', words: 'zoom 100', when: () => app.settings.zoom !== 100, run: () => zoom(100) },
    { id: 'window.close', title: 'Close the window', keys: 'Ctrl+q', words: 'quit exit end', run: () => void app.attempt(() => native.close()) },
  ]
}

/** The ways to the other workspaces of this computer. */
export function workspaceCommands(app: App): Command[] {
  const others = app.workspaces.others.filter((w) => !w.gone)
  return others.map((w) => {
    const twice = others.some((other) => other.path !== w.path && other.name === w.name)
    return { id: `workspace:${w.path}`, title: `Switch to ${w.name}${twice ? ` in ${cutMiddle(w.path, 40)}` : ''}`, words: `workspace ${w.path}`, run: () => void app.workspaces.open(w.path) }
  })
}

/** The Keys of the component tree. */
export const [useKeys, provideKeys] = createContext<Keys>()

function theme(app: App, name: Theme, title: string, words: string): Command {
  return { id: `theme.${name}`, title, words, setting: true, when: () => app.settings.theme !== name, run: () => (app.settings.theme = name) }
}

function undoable(app: App) {
  return app.toasts.all.findLast((toast) => toast.action?.label === 'Undo')
}

function undo(app: App): void {
  const toast = undoable(app)
  if (toast === undefined) return
  app.toasts.dismiss(toast.id)
  toast.action?.run()
}
