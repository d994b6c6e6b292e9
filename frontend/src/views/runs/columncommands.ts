import type { Command } from '../../commands/keys'
import { fitting } from '../../grid/geometry'
import type { App } from '../../state/app'
import { withLook, withPlace, type ColumnLook } from '../../state/layout'
import type { RunsRoute } from '../../state/route'
import type { Column } from './columns'
import { groupable } from './groupchoice'
import type { Meaning } from './meaning.svelte'
import type { TableModel } from './model.svelte'

/** What the menu of a head offers. */
export function columnCommands(app: App, meaning: Meaning, model: TableModel, route: () => RunsRoute): Command[] {
  const column = (): Column | undefined => model.byId.get(meaning.column)
  const look = () => model.arranged.looks.get(meaning.column)
  const named = () => column() !== undefined && meaning.column !== 'name'
  const numbers = () => column()?.form === 'number'
  const set = (change: Partial<Omit<ColumnLook, 'id'>>) => (app.views.layout = withLook(model.candidates, app.views.layout, meaning.column, change))
  const go = (more: Partial<RunsRoute>) => app.router.replace({ ...route(), ...more })
  const scale = () => {
    const here = column()
    return here === undefined ? 'none' : model.scale(here)
  }
  const move = (way: -1 | 1) => {
    const ids = model.arranged.columns.map((c) => c.id)
    const at = ids.indexOf(meaning.column)
    if (at + way < 1) return
    app.views.layout = withPlace(model.candidates, app.views.layout, meaning.column, way < 0 ? ids[at - 1] : ids[at + 2])
  }
  const command = (id: string, title: string, when: () => boolean, run: () => void): Command => ({ id: `column.${id}`, title, menu: 'column', when: () => meaning.column !== '' && when(), run })
  return [
    command('lowest', 'Lowest first', () => column()?.sortable === true, () => go({ order: `${meaning.column} ASC` })),
    command('highest', 'Highest first', () => column()?.sortable === true, () => go({ order: `${meaning.column} DESC` })),
    command('group', 'Group by this', () => groupable(model.candidates).some((c) => c.id === meaning.column), () => go({ group: { by: [meaning.column] } })),
    command('bars', 'Show bars', () => numbers() && scale() !== 'bar', () => set({ scale: 'bar' })),
    command('colours', 'Show colours', () => numbers() && scale() !== 'colour', () => set({ scale: 'colour' })),
    command('plain', 'Show figures only', () => numbers() && scale() !== 'none', () => set({ scale: 'none' })),
    command('pin', 'Pin at the left', () => named() && look()?.pinned !== true, () => set({ pinned: true })),
    command('unpin', 'Unpin', () => named() && look()?.pinned === true, () => set({ pinned: false })),
    command('left', 'Move left', named, () => move(-1)),
    command('right', 'Move right', named, () => move(1)),
    command('wider', 'Wider', () => true, () => set({ width: fitting(1.25 * widthOf(model, meaning.column)) })),
    command('narrower', 'Narrower', () => true, () => set({ width: fitting(0.8 * widthOf(model, meaning.column)) })),
    command('hide', 'Hide this column', named, () => set({ shown: false })),
  ]
}

function widthOf(model: TableModel, id: string): number {
  return model.gridColumns.find((c) => c.id === id)?.width ?? 100
}
