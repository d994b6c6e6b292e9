import type { RunFacts } from '../../api/tabletypes'
import type { Command } from '../../commands/keys'
import { plural } from '../../format/words'
import type { App } from '../../state/app'
import { mostCompared } from '../../state/compare'
import { partOfRuns, partsOf } from '../../state/exportparts'
import { compareRoute, runRoute } from '../../state/route'
import { copyText } from '../frame/copy'
import { charted, toggleCharts } from './charting'
import type { Meaning } from './meaning.svelte'
import type { TableModel } from './model.svelte'
import { rowsAsText } from './tsv'

/** What the page does itself. */
interface Doing {
  tag: (runs: readonly string[]) => void
  move: (runs: readonly string[]) => void
}

/** What can be done with runs of the table: with the chosen ones, the one under the cursor, or the one whose menu is open. */
export function runCommands(app: App, meaning: Meaning, model: TableModel, doing: Doing): Command[] {
  const ids = () => meaning.ids
  const some = () => ids().length > 0
  const one = () => ids().length === 1
  const several = () => ids().length > 1 && ids().length <= mostCompared
  const tag = () => {
    // In a cell of a tag, the tag is meant; else a tag for all that are chosen.
    if (app.runs.chosen.size === 0 && meaning.under === undefined && meaning.writable) meaning.write()
    else doing.tag(ids())
  }
  return [
    { id: 'runs.open', title: 'Open', menu: 'run', when: one, run: () => app.router.go(runRoute(ids()[0] ?? '')) },
    { id: 'runs.compare', title: 'Compare', keys: 'c', words: 'differences params beside each other', menu: 'run', when: several, run: () => app.router.go(compareRoute(ids())) },
    { id: 'runs.charts', title: 'Show in charts', keys: 'x', words: 'colour line plot', menu: 'run', when: () => some() && !charted(app, ids(), meaning.line), run: () => toggleCharts(app, ids(), meaning.line) },
    { id: 'runs.charts', title: 'Hide in charts', keys: 'x', words: 'colour line plot', menu: 'run', when: () => some() && charted(app, ids(), meaning.line), run: () => toggleCharts(app, ids(), meaning.line) },
    { id: 'runs.rename', title: 'Rename', keys: 'e', words: 'name', when: () => meaning.line !== undefined && meaning.under === undefined && app.runs.chosen.size === 0, run: () => meaning.write('name') },
    { id: 'runs.tag', title: 'Tag', keys: 't', words: 'label', menu: 'run', when: some, run: tag },
    { id: 'runs.move', title: 'Move to experiment…', words: 'folder group sort', menu: 'run', when: some, run: () => doing.move(ids()) },
    { id: 'runs.copy', title: 'Copy to experiment…', words: 'duplicate', menu: 'run', when: some, run: () => (app.experiments.sheet = { kind: 'copy', runs: ids() }) },
    { id: 'runs.copy.name', title: 'Copy the name', menu: 'run', when: one, run: () => void copyText(app.toasts, meaning.runs[0]?.name ?? '') },
    { id: 'runs.copy.id', title: 'Copy the id', words: 'mlflow run id', menu: 'run', when: some, run: () => void copyText(app.toasts, ids().join('\n')) },
    { id: 'runs.copy.rows', title: 'Copy the rows', keys: 'Ctrl+c', words: 'tsv spreadsheet excel table', menu: 'run', when: () => some() && unmarked(), run: () => void copyRows(app, ids(), model) },
    { id: 'runs.export', title: 'Export these runs…', words: 'mlflow mlruns parquet pandas folder server', menu: 'run', when: some, run: () => exportRuns(app, ids()) },
    { id: 'runs.trash', title: 'Move to trash', keys: 'Delete', words: 'delete remove', menu: 'run', when: some, run: () => trash(app, meaning.runs) },
    { id: 'runs.clear', title: 'Clear what is chosen', keys: 'Escape', when: () => app.runs.chosen.size > 0, run: () => app.runs.chooseAll(false) },
  ]
}

/** Text that is marked on the page is what Ctrl C means. */
function unmarked(): boolean {
  return getSelection()?.isCollapsed !== false
}

async function copyRows(app: App, ids: readonly string[], model: TableModel): Promise<void> {
  await app.attempt(async () => {
    const text = await rowsAsText(app, ids, model.arranged.columns)
    await copyText(app.toasts, text, `${plural(ids.length, 'row')} copied, to be pasted into a spreadsheet.`)
  })
}

function exportRuns(app: App, ids: readonly string[]): void {
  app.exporting.begin([partOfRuns(ids, 'chosen run'), ...partsOf(app.router.route, [], app.workspace.tree)])
}

function trash(app: App, runs: readonly RunFacts[]): void {
  const [first] = runs
  const name = runs.length === 1 && first !== undefined && first.name !== '' ? first.name : plural(runs.length, 'run')
  app.runs.chooseAll(false)
  void app.attempt(() => app.trash(runs.map((run) => run.id), name))
}
