import type { Export } from '../api/types'
import { plural } from '../format/words'
import type { Route } from './route'
import { experimentsIn, type Branch } from './tree'

/** A part of the record that can be exported. */
export interface RecordPart {
  label: string
  /** More of what is in it. */
  note: string
  want: Pick<Export, 'runs' | 'experiments' | 'filter'>
}

/** All of it. */
export const everything: RecordPart = { label: 'Everything', note: 'All experiments, and the whole model registry. What lies in the trash stays out.', want: {} }

/** What is exported from a page: runs that are chosen or shown, the experiments that it is of, and at last everything. */
export function partsOf(route: Route, chosen: readonly string[], tree: readonly Branch[]): RecordPart[] {
  return [...(chosen.length > 0 ? [partOfRuns(chosen, 'chosen run')] : []), ...ofPage(route, tree), everything]
}

function ofPage(route: Route, tree: readonly Branch[]): RecordPart[] {
  if (route.place === 'run') return [{ ...partOfRuns([route.run], 'run'), label: 'This run' }]
  if (route.place === 'compare') return [partOfRuns(route.runs, 'compared run')]
  if (route.place !== 'runs') return []
  const { experiments, filter } = route
  const where = experiments.length === 0 ? {} : { experiments }
  return [
    ...(filter === '' ? [] : [{ label: 'The runs that the filter finds', note: filter, want: { filter, ...where } }]),
    ...(experiments.length === 0 ? [] : [partOfExperiments(experiments, tree)]),
  ]
}

/** Single runs; they are called what they are. */
export function partOfRuns(runs: readonly string[], one: string): RecordPart {
  return { label: plural(runs.length, one), note: `Runs that are nested in ${runs.length === 1 ? 'it' : 'them'} come along.`, want: { runs: [...runs] } }
}

/** An experiment, or a folder with all that is in it. */
export function partOfBranch(branch: Branch): RecordPart {
  const experiments = experimentsIn(branch)
  const path = branch.experiment?.name ?? branch.path
  const label = branch.children.length === 0 ? `Experiment ${path}` : `Folder ${path}, ${plural(experiments.length, 'experiment')}`
  return { label, note: 'Registered models come along as far as their versions were made there.', want: { experiments } }
}

function partOfExperiments(ids: readonly string[], tree: readonly Branch[]): RecordPart {
  const branch = find(tree, ids.join())
  const part = branch === undefined ? undefined : partOfBranch(branch)
  return part ?? { label: plural(ids.length, 'experiment'), note: '', want: { experiments: [...ids] } }
}

/** The line of the tree that is just these experiments. */
function find(branches: readonly Branch[], ids: string): Branch | undefined {
  for (const branch of branches) {
    const found = experimentsIn(branch).join() === ids ? branch : find(branch.children, ids)
    if (found !== undefined) return found
  }
  return undefined
}
