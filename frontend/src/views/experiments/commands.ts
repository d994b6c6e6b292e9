import type { Command } from '../../commands/keys'
import type { App } from '../../state/app'
import { defaultExperiment } from '../../state/experiments.svelte'
import { everything, partOfBranch } from '../../state/exportparts'
import { experimentsIn, type Branch } from '../../state/tree'
import { copyText } from '../frame/copy'

/** What can be done with a line of the tree: an experiment, a folder, or both in one. */
export function experimentCommands(app: App, meant: () => Branch | undefined): Command[] {
  const some = () => meant() !== undefined
  const itself = () => meant()?.experiment
  const one = () => itself() !== undefined
  const menu = 'experiment'
  return [
    { id: 'experiment.open', title: 'Open', menu, when: some, run: () => open(app, meant()) },
    { id: 'experiment.name', title: 'Rename or move the experiment…', words: 'folder', menu, when: some, run: () => name(app, meant()) },
    { id: 'experiment.about', title: 'Note and history of the experiment…', words: 'describe undo', menu, when: one, run: () => about(app, meant()) },
    { id: 'experiment.merge', title: 'Merge the experiment into another…', words: 'join combine', menu, when: one, run: () => merge(app, meant()) },
    { id: 'experiment.id', title: 'Copy the id of the experiment', words: 'mlflow', menu, when: one, run: () => void copyText(app.toasts, itself()?.id ?? '') },
    { id: 'experiment.export', title: 'Export the experiment…', words: 'mlflow mlruns parquet folder', menu, when: some, run: () => exportIt(app, meant()) },
    { id: 'experiment.trash', title: 'Move the experiment to trash', words: 'delete remove', menu, when: () => trashable(meant()), run: () => trash(app, meant()) },
  ]
}

function open(app: App, branch: Branch | undefined): void {
  if (branch !== undefined) app.router.go({ place: 'runs', experiments: experimentsIn(branch), filter: '', order: '' })
}

function name(app: App, branch: Branch | undefined): void {
  if (branch !== undefined) app.experiments.sheet = { kind: 'name', branch }
}

function about(app: App, branch: Branch | undefined): void {
  const experiment = branch?.experiment
  if (experiment !== undefined) app.experiments.sheet = { kind: 'about', id: experiment.id, name: experiment.name }
}

function merge(app: App, branch: Branch | undefined): void {
  const experiment = branch?.experiment
  if (experiment !== undefined) app.experiments.sheet = { kind: 'merge', id: experiment.id, name: experiment.name, runs: experiment.runs }
}

function exportIt(app: App, branch: Branch | undefined): void {
  if (branch !== undefined) app.exporting.begin([partOfBranch(branch), everything])
}

/** The default experiment stays; a folder may hold more than it. */
function trashable(branch: Branch | undefined): boolean {
  return branch !== undefined && experimentsIn(branch).some((id) => id !== defaultExperiment)
}

function trash(app: App, branch: Branch | undefined): void {
  if (branch !== undefined) void app.experiments.trash(branch)
}
