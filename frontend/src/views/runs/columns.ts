import type { RunColumn } from '../../api/tabletypes'
import type { GridColumn } from '../../grid/types'
import type { Candidate, ColumnLook, Scale } from '../../state/layout'
import { laidOut, type Layout } from '../../state/layout'
import type { Formats } from './formats'

/** What a column can be of, as the sheet of columns groups them. */
export const kinds = ['attribute', 'param', 'metric', 'tag', 'data'] as const
export type Kind = (typeof kinds)[number]

/** Something that can be a column of the table. */
export interface Column extends Candidate {
  /** Its name in filters, orders and answers; that of a curve has no such name. */
  id: string
  label: string
  kind: Kind
  /** The key of its param, metric or tag. */
  key: string
  /** What its cells show. */
  form: 'fact' | 'text' | 'number' | 'time' | 'curve'
  right: boolean
  sortable: boolean
  /** The same in all runs: it steps back. */
  same: boolean
  /** That value. */
  text?: string | undefined
  info?: RunColumn | undefined
}

/** What the columns are made of. */
export interface Catalogue {
  columns: readonly RunColumn[]
  /** More than one experiment may be shown. */
  manyExperiments: boolean
  /** The metric whose curve is told by itself. */
  curve?: string | undefined
}

const attributeLabels: Readonly<Record<string, string>> = {
  name: 'Run',
  experiment: 'Experiment',
  started: 'Started',
  duration: 'Took',
  data: 'Data',
  status: 'Status',
  ended: 'Ended',
  user: 'Person',
  source: 'Source',
  reason: 'Reason',
  note: 'Note',
  parent: 'Parent',
  children: 'Nested runs',
  exit_code: 'Exit code',
  id: 'Id',
}

/** Attributes that stand in the table by themselves, in this order. */
const standardAttributes = ['name', 'experiment', 'started', 'duration', 'data']

/** Facts that come with every run. */
const facts = new Set(['name', 'experiment', 'started', 'ended', 'duration', 'data', 'status', 'user', 'source', 'reason'])

/** Everything that can be a column, in the order in which it stands when nothing was said about it. */
export function catalogue({ columns, manyExperiments, curve }: Catalogue): Column[] {
  const of = (kind: Kind) => columns.filter((c) => c.kind === kind && c.filled > 0)
  const params = of('param').map((c) => column(c, true))
  const measured = of('metric').flatMap((c) => metricColumns(c, curve))
  const metrics = [...measured.filter((c) => c.form === 'curve' && c.standard), ...measured.filter((c) => c.form !== 'curve' || !c.standard)]
  const differing = params.filter((c) => !c.same)
  // Runs of several experiments share metrics rather than params, most of which are
  // gaps: what can be compared stands where it is seen in a small window, too.
  const middle = manyExperiments ? [...metrics, ...differing] : [...differing, ...metrics]
  const data = of('data').filter((c) => !(c.name in attributeLabels))
  return [...attributes(columns, manyExperiments), ...middle, ...params.filter((c) => c.same), ...[...of('tag'), ...data].map((c) => column(c, false))]
}

function attributes(columns: readonly RunColumn[], manyExperiments: boolean): Column[] {
  // All data versions together stand among them; those of one data set do not.
  const known = new Map(columns.filter((c) => c.name in attributeLabels).map((c) => [c.name, c]))
  const names = [...standardAttributes, ...Object.keys(attributeLabels).filter((name) => !standardAttributes.includes(name))]
  return names.flatMap((name): Column[] => {
    const info = known.get(name)
    if (info === undefined && name !== 'name' && name !== 'started' && name !== 'duration') return []
    if (name !== 'name' && name !== 'started' && (info?.filled ?? 1) === 0) return []
    const standard = standardAttributes.includes(name) && (name !== 'experiment' || manyExperiments)
    const number = info?.type === 'number'
    return [
      {
        id: name,
        label: attributeLabels[name] ?? name,
        kind: 'attribute',
        key: name,
        form: facts.has(name) ? 'fact' : number ? 'number' : info?.type === 'time' ? 'time' : 'text',
        right: name === 'duration' || number,
        sortable: name !== 'data',
        standard,
        same: info?.same === true && name !== 'name' && name !== 'started' && name !== 'duration',
        text: info?.text,
        info,
      },
    ]
  })
}

function column(info: RunColumn, standard: boolean): Column {
  const numbers = info.type === 'number' || ((info.numbers ?? 0) > 0 && info.numbers === info.filled)
  return {
    id: info.name,
    label: info.key,
    kind: info.kind,
    key: info.key,
    form: info.kind === 'metric' ? 'number' : 'text',
    right: numbers,
    sortable: true,
    standard,
    same: info.same === true,
    text: info.text,
    info,
  }
}

/** A metric can be told by its last value, its least, its most, and its curve. */
function metricColumns(info: RunColumn, curve: string | undefined): Column[] {
  const last = column(info, true)
  const of = (what: 'min' | 'max', words: string): Column => ({ ...last, id: `${what}(${info.name})`, label: `${info.key} ${words}`, standard: false, info: undefined, same: false })
  const line: Column = { ...last, id: `curve(${info.name})`, label: info.key, form: 'curve', right: false, sortable: false, standard: info.key === curve, same: false, info: undefined }
  return [line, last, of('min', 'lowest'), of('max', 'highest')]
}

/** The columns of the table, and what was said about each. */
export interface Arranged {
  columns: readonly Column[]
  looks: ReadonlyMap<string, ColumnLook>
  /** Columns that are left out because all runs have the same. */
  left: readonly Column[]
}

/** The columns that are shown; with differs without those that are the same in all runs. */
export function arrange(candidates: readonly Column[], layout: Layout, differs: boolean): Arranged {
  const known = new Map(candidates.map((c) => [c.id, c]))
  const looks = laidOut(candidates, layout)
  const shown = looks.flatMap((look) => (look.shown ? [known.get(look.id)] : [])).filter((c) => c !== undefined)
  const name = shown.filter((c) => c.id === 'name')
  const rest = shown.filter((c) => c.id !== 'name')
  // The name is what a row is called by: it is always there, and first.
  const all = [...(name.length > 0 ? name : candidates.filter((c) => c.id === 'name')), ...rest]
  return {
    columns: differs ? all.filter((c) => !c.same) : all,
    looks: new Map(looks.map((look) => [look.id, look])),
    left: differs ? all.filter((c) => c.same) : [],
  }
}

/** The columns as the grid draws them. */
export function gridColumns({ columns, looks }: Arranged, formats: Formats, order: string, grouped: boolean, narrow: boolean, measures = new Measures()): GridColumn[] {
  return columns.map((c): GridColumn => {
    const look = looks.get(c.id)
    const sorted = sortedBy(order, c.id)
    const scale = scaleOf(look, sorted !== undefined, c)
    const measure = measures.of(c, `${scale} ${grouped} ${narrow}`, formats, () => standardWidth(c, formats, scale, grouped, narrow))
    return {
      id: c.id,
      label: c.label,
      width: look?.width ?? measure.width,
      right: c.right || measure.numeric,
      sortable: c.sortable,
      sorted,
      ...(look?.pinned === true && { pinned: true }),
      ...(c.kind === 'tag' && { editable: true }),
      ...(c.same && { quiet: true }),
      title: titleOf(c),
    }
  })
}

/** How wide a column is by itself, and whether its texts are numbers. */
interface Measure {
  as: string
  /** What its figures were written by. */
  by: Formats
  width: number
  numeric: boolean
}

/**
 * What was measured of columns when their first values were here: hundreds of
 * them are not measured anew with every answer. Under the eye they only grow,
 * where longer figures have come that would be cut.
 */
export class Measures {
  /** The experiments that they were measured in: in others, they are measured anew. */
  readonly scope: string
  readonly #known = new Map<string, Measure>()

  constructor(scope = '') {
    this.scope = scope
  }

  of(c: Column, as: string, formats: Formats, width: () => number): Measure {
    const known = this.#known.get(c.id)
    const same = known?.as === as
    if (same && known.by === formats) return known
    const sampled = formats.sampled(c)
    if (same && (!sampled || c.form !== 'number')) return known
    const numeric = c.form === 'text' && c.kind !== 'attribute' && formats.numeric(c.id)
    const measure = { as, by: formats, width: Math.max(width(), same ? known.width : 0), numeric }
    if (sampled) this.#known.set(c.id, measure)
    return measure
  }
}

/** How the figures of a column are told: by bars where it is sorted by, unless something else was said. */
export function scaleOf(look: ColumnLook | undefined, sorted: boolean, column: Column): Scale {
  if (column.form !== 'number') return 'none'
  return look?.scale ?? (sorted ? 'bar' : 'none')
}

function titleOf(c: Column): string {
  if (c.same) return `${c.label}: the same in all these runs`
  if (c.form === 'curve') return `${c.label}: the curve of each run`
  return c.sortable ? `${c.label}: sort` : c.label
}

function standardWidth(c: Column, formats: Formats, scale: Scale, grouped: boolean, narrow: boolean): number {
  if (c.id === 'name') return (narrow ? 216 : 240) + (grouped ? (narrow ? 40 : 64) : 0)
  if (c.id === 'experiment') return 132
  if (c.id === 'started' || c.id === 'ended') return 92
  if (c.id === 'duration') return 84
  if (c.id === 'data') return 84
  if (c.form === 'curve') return 96
  const letters = Math.max(c.label.length * 1.03, formats.widest(c))
  const spread = grouped && c.form === 'number' ? spreadWidth(c, formats) + 6 : 0
  const bar = scale === 'bar' ? 40 : 0
  const most = c.form === 'number' ? 150 : 220
  return Math.round(Math.min(most, Math.max(68, letters * 6.5 + 28)) + spread + bar)
}

/** Room for the spread of groups beside their means. */
export function spreadWidth(c: Column, formats: Formats): number {
  return Math.round(formats.widestSpread(c.id) * 6.6 + 20)
}

/** Older names of what runs are ordered by, as links have them. */
const aliases: Readonly<Record<string, string>> = { 'attributes.start_time': 'started', 'attributes.run_name': 'name', start_time: 'started' }

/** Whether, and which way, an order is by a column. */
export function sortedBy(order: string, id: string): 'ascending' | 'descending' | undefined {
  if (order === '') return id === 'started' ? 'descending' : undefined
  const { name, way } = parts(order)
  if ((aliases[name] ?? name) !== id) return undefined
  return way === 'DESC' ? 'descending' : 'ascending'
}

/** The order after a click on a head: the better first, the other way, newest first again. */
export function nextOrder(order: string, id: string): string {
  const ways = id === 'started' ? ['ASC'] : ['ASC', 'DESC']
  const now = sortedBy(order, id)
  const at = now === undefined || (order === '' && id === 'started') ? -1 : ways.indexOf(now === 'ascending' ? 'ASC' : 'DESC')
  const next = ways[at + 1]
  return next === undefined ? '' : `${id} ${next}`
}

/** What is told of an order, in words. */
export function orderWords(order: string): string {
  if (order === '') return 'newest first'
  const { name, way } = parts(order)
  const plain = aliases[name] ?? name
  const label = attributeLabels[plain] ?? plain.replace(/(params|metrics|tags)\./, '').replaceAll('`', '')
  return `by ${label}, ${way === 'DESC' ? 'highest' : 'lowest'} first`
}

function parts(order: string): { name: string; way: string } {
  const match = /^(.*?)(?:\s+(ASC|DESC))?$/i.exec(order.trim())
  return { name: match?.[1] ?? order, way: (match?.[2] ?? 'ASC').toUpperCase() }
}

/** What a column is called in a request for cells; undefined for what comes with every run, and for curves. */
export function cellName(c: Column): string | undefined {
  return c.form === 'fact' || c.form === 'curve' ? undefined : c.id
}
