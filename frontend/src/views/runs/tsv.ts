import { exact } from '../../format/number'
import type { App } from '../../state/app'
import { CellStore, type RunData } from '../../state/cells'
import { cellName, type Column } from './columns'

/** Runs of one request. */
const batch = 1000

/** Rows as spreadsheets take them: the shown columns, separated by tabs, numbers with all their digits. */
export async function rowsAsText(app: App, ids: readonly string[], columns: readonly Column[]): Promise<string> {
  const told = columns.filter((c) => c.form !== 'curve')
  const names = told.flatMap((c) => cellName(c) ?? [])
  const asked = names.length === 0 ? ['status'] : names
  const lines = [told.map((c) => field(c.label)).join('\t')]
  for (let from = 0; from < ids.length; from += batch) {
    const some = ids.slice(from, from + batch)
    const store = new CellStore()
    store.merge(some, asked, await app.table.cells(some, asked))
    for (const id of some) {
      const data = store.get(id)
      if (data !== undefined) lines.push(told.map((c) => field(textOf(data, c, app))).join('\t'))
    }
  }
  return lines.join('\n')
}

function textOf({ facts, values }: RunData, column: Column, app: App): string {
  switch (column.id) {
    case 'name':
      return facts.name
    case 'experiment':
      return app.workspace.experimentName(facts.experiment)
    case 'started':
      return moment(facts.started)
    case 'ended':
      return moment(facts.ended)
    case 'duration':
      // In seconds: a spreadsheet can count with them.
      return facts.started === undefined || facts.ended === undefined ? '' : String((facts.ended - facts.started) / 1000)
    case 'data':
      return facts.data.map((use) => (use.number === undefined ? use.name : `${use.name} v${use.number}`)).join(', ')
    case 'status':
      return facts.status
    case 'user':
      return facts.user ?? ''
    case 'source':
      return facts.source ?? ''
    case 'reason':
      return facts.reason ?? ''
    default: {
      const value = values[column.id]
      if (value === undefined) return ''
      // A true minus is no sign to a spreadsheet.
      return typeof value === 'number' ? exact(value).replace('−', '-') : value
    }
  }
}

function moment(time: number | undefined): string {
  return time === undefined || time === 0 ? '' : new Date(time).toISOString()
}

/** A field of a line: tabs and line ends would begin others. */
function field(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
