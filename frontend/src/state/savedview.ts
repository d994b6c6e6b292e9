import { parseGroup, printGroup, type GroupBy } from './grouping'
import { parseLayout, type Layout } from './layout'
import type { RunsRoute } from './route'

/** What a saved view holds: what is asked for, and how it is laid out. */
export interface TableView {
  filter: string
  order: string
  group: GroupBy | undefined
  differs: boolean
  layout: Layout
}

/** A view as the text that the door keeps. */
export function printView(view: TableView): string {
  const { filter, order, group, differs, layout } = view
  return JSON.stringify({ filter, order, group: printGroup(group), differs, columns: layout })
}

/** Reads what printView wrote; what cannot be read is left out. */
export function parseView(text: string): TableView {
  let read: Record<string, unknown> = {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) read = value as Record<string, unknown>
  } catch {
    // A view of a later Varve shows all runs.
  }
  const pairs = Array.isArray(read['group']) ? read['group'].filter(isPair) : []
  return {
    filter: typeof read['filter'] === 'string' ? read['filter'] : '',
    order: typeof read['order'] === 'string' ? read['order'] : '',
    group: parseGroup(new URLSearchParams(pairs)),
    differs: read['differs'] === true,
    layout: parseLayout(read['columns']),
  }
}

/** The address of a view of these experiments. */
export function viewRoute(experiments: readonly string[], name: string, view: TableView): RunsRoute {
  return {
    place: 'runs',
    experiments: [...experiments],
    filter: view.filter,
    order: view.order,
    ...(view.group !== undefined && { group: view.group }),
    ...(view.differs && { differs: true }),
    ...(name !== '' && { view: name }),
  }
}

/** Whether an address and a layout still are what was saved. */
export function sameView(view: TableView, route: RunsRoute, layout: Layout): boolean {
  return printView(view) === printView(viewOf(route, layout))
}

/** What an address and a layout are as a view. */
export function viewOf(route: RunsRoute, layout: Layout): TableView {
  return { filter: route.filter, order: route.order, group: route.group, differs: route.differs === true, layout }
}

function isPair(value: unknown): value is string[] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
}
