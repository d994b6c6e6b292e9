import type { RunRow } from '../../api/types'
import type { Command } from '../../commands/keys'
import { plural } from '../../format/words'
import type { App } from '../../state/app'
import { mostCompared } from '../../state/compare'
import { compareRoute, runRoute } from '../../state/route'
import { copyText } from '../frame/copy'

/** A chosen run whose row is not loaded: only its id is known. */
export const unseen: RunRow = { id: '', name: '', experiment: '', status: 'finished', params: {}, metrics: {}, data: [], trashed: false }

/** What the page does itself. */
interface Doing {
  tag: (runs: readonly string[]) => void
  move: (runs: readonly string[]) => void
  clear: () => void
  chosen: () => number
}

/** What can be done with runs of the table: with the chosen ones, the one under the cursor, or the one whose menu is open. */
export function runCommands(app: App, meant: () => readonly RunRow[], doing: Doing): Command[] {
  const ids = () => meant().map((run) => run.id)
  const some = () => meant().length > 0
  const one = () => meant().length === 1
  const several = () => meant().length > 1 && meant().length <= mostCompared
  return [
    { id: 'runs.open', title: 'Open', menu: 'run', when: one, run: () => app.router.go(runRoute(ids()[0] ?? '')) },
    { id: 'runs.compare', title: 'Compare', keys: 'c', words: 'differences params beside each other', menu: 'run', when: several, run: () => app.router.go(compareRoute(ids())) },
    { id: 'runs.tag', title: 'Tag', keys: 't', words: 'label', menu: 'run', when: some, run: () => doing.tag(ids()) },
    { id: 'runs.move', title: 'Move to experiment…', words: 'folder group sort', menu: 'run', when: some, run: () => doing.move(ids()) },
    { id: 'runs.copy', title: 'Copy to experiment…', words: 'duplicate', menu: 'run', when: some, run: () => (app.experiments.sheet = { kind: 'copy', runs: ids() }) },
    { id: 'runs.copy.name', title: 'Copy the name', menu: 'run', when: one, run: () => void copyText(app.toasts, meant()[0]?.name ?? '') },
    { id: 'runs.copy.id', title: 'Copy the id', words: 'mlflow run id', menu: 'run', when: some, run: () => void copyText(app.toasts, ids().join('\n')) },
    { id: 'runs.trash', title: 'Move to trash', keys: 'Delete', words: 'delete remove', menu: 'run', when: some, run: () => trash(app, meant(), doing.clear) },
    { id: 'runs.clear', title: 'Clear what is chosen', keys: 'Escape', when: () => doing.chosen() > 0, run: doing.clear },
  ]
}

function trash(app: App, runs: readonly RunRow[], clear: () => void): void {
  const name = runs.length === 1 ? named(runs[0]) : plural(runs.length, 'run')
  clear()
  void app.attempt(() => app.trash(runs.map((run) => run.id), name))
}

function named(run: RunRow | undefined): string {
  return run === undefined || run.name === '' ? '1 run' : run.name
}
