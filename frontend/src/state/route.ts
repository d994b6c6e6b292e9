import type { XAxis } from '../api/types'
import { parseGroup, printGroup, type GroupBy } from './grouping'

/** Parts of a run's page. */
export const runTabs = ['overview', 'charts', 'log', 'artifacts', 'system'] as const
export type RunTab = (typeof runTabs)[number]

/** Parts of a data set's page. */
export type DatasetTab = 'changes' | 'files' | 'about'

/** What lies over the settings. */
const sheets = ['licences', 'diagnostics'] as const
export type SettingsSheet = (typeof sheets)[number]

/** What the address says is shown. The address is the state of the view. */
export type Route =
  | { place: 'home' }
  | RunsRoute
  | { place: 'compare'; runs: string[]; all: boolean; base?: string; metric?: string }
  | { place: 'run'; run: string; tab: RunTab; x: XAxis; artifact: string; look?: string }
  | { place: 'data' }
  | DatasetRoute
  | { place: 'projects' }
  | { place: 'project'; path: string; entry: string }
  | { place: 'models' }
  | { place: 'model'; model: string; version: number; with?: number }
  | { place: 'address'; address: string }
  | { place: 'trash' }
  | { place: 'settings'; show: SettingsSheet | '' }
  | { place: 'unknown'; address: string }

/** One version of a data set. */
export interface DatasetRoute {
  place: 'dataset'
  dataset: string
  /** '' is the newest. */
  version: string
  /** The folder that is shown. */
  path: string
  /** The file that is looked at, of that folder. */
  file?: string
  /** Unless it is said, what suits the version. */
  tab?: DatasetTab
  /** The version that it is compared with, if not the one before it. */
  from?: string
}

/** The table of runs. */
export interface RunsRoute {
  place: 'runs'
  experiments: string[]
  filter: string
  order: string
  group?: GroupBy
  /** Columns that are the same in all runs are left out. */
  differs?: boolean
  /** The name of the saved view that this was taken from. */
  view?: string
  /** The charts instead of the table. */
  charts?: 'page'
}

/** What happened, what runs, what needs a look: where a fresh window begins. */
export const home: Route = { place: 'home' }

/** What the person has set. */
export const settings: Route = { place: 'settings', show: '' }

/** What was deleted, until it is deleted for good. */
export const trash: Route = { place: 'trash' }

/** All registered models. */
export const models: Route = { place: 'models' }

/** The page of a registered model; 0 is its newest version. */
export function modelRoute(model: string, version = 0): Extract<Route, { place: 'model' }> {
  return { place: 'model', model, version }
}

/** What an address of models, runs and artifacts leads to: models:/NAME@ALIAS, runs:/RUN/PATH. */
export function addressRoute(of: string): Route {
  return { place: 'address', address: of }
}

/** All runs, newest first. */
export const allRuns: Route = { place: 'runs', experiments: [], filter: '', order: '' }

/** Runs beside each other; the others are compared with the first one, unless another is named as the baseline. */
export function compareRoute(runs: readonly string[]): Route {
  return { place: 'compare', runs: [...runs], all: false }
}

/** The page of a run, at its beginning. */
export function runRoute(run: string, tab: RunTab = 'overview', artifact = ''): Route {
  return { place: 'run', run, tab, x: 'step', artifact }
}

/** The runs of one experiment. */
export function experimentRoute(experiment: string): Route {
  return { place: 'runs', experiments: [experiment], filter: '', order: '' }
}

/** The same runs, put together in another way. */
export function regrouped(route: RunsRoute, group: GroupBy | undefined): RunsRoute {
  const same: RunsRoute = { ...route }
  delete same.group
  return group === undefined ? same : { ...same, group }
}

/** The page of a data set, at its newest version unless one is named. */
export function datasetRoute(dataset: string, version = ''): DatasetRoute {
  return { place: 'dataset', dataset, version, path: '' }
}

/** The page of a project. */
export function projectRoute(path: string, entry = ''): Route {
  return { place: 'project', path, entry }
}

/**
 * Reads the fragment of an address. Besides its own form it takes the links that MLflow's
 * clients print and its pages have: #/experiments/E, #/experiments/E/runs/R/artifacts/PATH,
 * #/experiments/E/models/m-…, #/models/NAME/versions/3, #/compare-runs?runs=["R"].
 */
export function parseRoute(hash: string): Route {
  const text = wellFormed(hash.replace(/^#/, ''))
  const cut = text.indexOf('?')
  const path = cut < 0 ? text : text.slice(0, cut)
  const query = new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1))
  const parts = path.split('/').filter((p) => p !== '').map(decode)
  const [place, id, third, fourth, fifth, ...rest] = parts
  switch (place) {
    case undefined:
    case 'home':
      return home
    case 'runs':
      if (id !== undefined) return runFrom(id, third, query)
      return runsFrom(query)
    case 'compare':
      return compareFrom(query)
    case 'compare-runs':
      return compareRoute(textsIn(query.get('runs')))
    case 'experiments':
      if (id === undefined) return allRuns
      if (third === 'runs' && fourth !== undefined) return runFrom(fourth, fifth, query, rest.join('/'))
      if (third === 'models' && fourth !== undefined) return addressRoute(`models:/${fourth}`)
      return experimentRoute(id)
    case 'data':
      if (id === undefined) return { place: 'data' }
      return datasetFrom(id, query)
    case 'projects':
      return { place: 'projects' }
    case 'project': {
      const folder = query.get('path') ?? ''
      if (folder === '') return { place: 'projects' }
      return { place: 'project', path: folder, entry: query.get('entry') ?? '' }
    }
    case 'models':
      if (id === undefined) return models
      return modelFrom(id, third === 'versions' ? fourth : undefined, query)
    case 'address': {
      const of = query.get('of') ?? ''
      return of === '' ? { place: 'unknown', address: text } : addressRoute(of)
    }
    case 'trash':
      return trash
    case 'settings':
      return { place: 'settings', show: oneOf(sheets, query.get('show')) ?? '' }
    default:
      return { place: 'unknown', address: text }
  }
}

/** Writes an address that parseRoute reads as the same route. */
export function printRoute(route: Route): string {
  switch (route.place) {
    case 'home':
      return '#/home'
    case 'settings':
      return address('settings', [['show', route.show]])
    case 'runs':
      return address('runs', [
        ...route.experiments.map((e) => ['experiment', e]),
        ['view', route.view ?? ''],
        ['filter', route.filter],
        ['order', route.order],
        ...printGroup(route.group),
        ['differs', route.differs === true ? 'yes' : ''],
        ['charts', route.charts ?? ''],
      ])
    case 'compare':
      return address('compare', [...route.runs.map((run) => ['run', run]), ['all', route.all ? 'yes' : ''], ['base', route.base ?? ''], ['metric', route.metric ?? '']])
    case 'run':
      return address(`runs/${encodeURIComponent(route.run)}`, [
        ['tab', route.tab === 'overview' ? '' : route.tab],
        ['x', route.x === 'step' ? '' : route.x],
        ['artifact', route.artifact],
        ['look', route.look ?? ''],
      ])
    case 'data':
      return '#/data'
    case 'dataset':
      return address(`data/${encodeURIComponent(route.dataset)}`, [
        ['version', route.version],
        ['path', route.path],
        ['file', route.file ?? ''],
        ['tab', route.tab ?? ''],
        ['from', route.from ?? ''],
      ])
    case 'projects':
      return '#/projects'
    case 'models':
      return '#/models'
    case 'model':
      return address(`models/${encodeURIComponent(route.model)}`, [
        ['version', route.version === 0 ? '' : String(route.version)],
        ['with', route.with === undefined ? '' : String(route.with)],
      ])
    case 'address':
      return address('address', [['of', route.address]])
    case 'trash':
      return '#/trash'
    case 'project':
      return address('project', [
        ['path', route.path],
        ['entry', route.entry],
      ])
    case 'unknown':
      return `#${route.address}`
  }
}

function runsFrom(query: URLSearchParams): RunsRoute {
  const group = parseGroup(query)
  const view = query.get('view') ?? ''
  return {
    place: 'runs',
    experiments: query.getAll('experiment'),
    filter: query.get('filter') ?? '',
    order: query.get('order') ?? '',
    ...(group !== undefined && { group }),
    ...(query.get('differs') !== null && { differs: true }),
    ...(view !== '' && { view }),
    ...(query.get('charts') === 'page' && { charts: 'page' }),
  }
}

function runFrom(run: string, part: string | undefined, query: URLSearchParams, path = ''): Route {
  // MLflow's own names of the parts of a run's page.
  const named = { artifacts: 'artifacts', artifactPath: 'artifacts', 'model-metrics': 'charts', 'system-metrics': 'system' }[part ?? ''] as RunTab | undefined
  const tab = oneOf(runTabs, query.get('tab')) ?? named ?? 'overview'
  const x = oneOf(['step', 'time', 'relative'] as const, query.get('x')) ?? 'step'
  const look = query.get('look') ?? ''
  return { place: 'run', run, tab, x, artifact: query.get('artifact') ?? (named === 'artifacts' ? path : ''), ...(look !== '' && { look }) }
}

function datasetFrom(dataset: string, query: URLSearchParams): Route {
  const [tab, from, file] = [query.get('tab'), query.get('from') ?? '', query.get('file') ?? '']
  return {
    ...datasetRoute(dataset, query.get('version') ?? ''),
    path: query.get('path') ?? '',
    ...(file !== '' && { file }),
    ...((tab === 'changes' || tab === 'files' || tab === 'about') && { tab }),
    ...(from !== '' && { from }),
  }
}

function modelFrom(model: string, named: string | undefined, query: URLSearchParams): Route {
  const other = numberIn(query.get('with'))
  return { ...modelRoute(model, numberIn(named ?? query.get('version'))), ...(other !== 0 && { with: other }) }
}

/** The number of a version; 0 for anything else. */
function numberIn(text: string | null): number {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0
}

function compareFrom(query: URLSearchParams): Route {
  const base = query.get('base') ?? ''
  const metric = query.get('metric') ?? ''
  const runs = [...new Set(query.getAll('run'))]
  return { place: 'compare', runs, all: query.get('all') !== null, ...(runs.includes(base) && { base }), ...(metric !== '' && { metric }) }
}

/** The texts of a list in JSON; none of anything else. */
function textsIn(json: string | null): string[] {
  try {
    const list: unknown = JSON.parse(json ?? '')
    return Array.isArray(list) ? [...new Set(list.filter((one) => typeof one === 'string'))] : []
  } catch {
    return []
  }
}

function oneOf<T extends string>(all: readonly T[], text: string | null): T | undefined {
  return all.find((one) => one === text)
}

function address(path: string, pairs: readonly (readonly string[])[]): string {
  const query = new URLSearchParams()
  for (const [key = '', value = ''] of pairs) if (value !== '') query.append(key, value)
  const text = query.toString()
  return `#/${path}${text === '' ? '' : `?${text}`}`
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // A stray % is taken as it stands.
    return part
  }
}

/** Puts something else in place of half characters, which no address can have. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}
