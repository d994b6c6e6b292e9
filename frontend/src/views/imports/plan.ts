import type { ExportPlan, ImportDataset, ImportPlan, ImportSkipped } from '../../api/types'
import { bytes } from '../../format/bytes'
import { count } from '../../format/number'
import { plural } from '../../format/words'

/** A plan as sheets show it. */
export interface ShownPlan {
  facts: readonly string[]
  notes: readonly string[]
  /** What each row is. */
  thing?: 'Experiment' | 'Data set'
  /** What is counted of each. */
  heads: readonly string[]
  rows: readonly { id: string; name: string; why?: string; counts: readonly string[] }[]
  skipped: readonly ImportSkipped[]
  /** How many things stay out in all. */
  left: number
}

const some = (n: number, thing: string) => (n === 0 ? [] : [plural(n, thing)])
const files = (n: number, size: number) => (n === 0 ? [] : [`${plural(n, 'artifact')}, ${bytes(size)}`])
const sizes = (n: number, size: number) => (n === 0 ? '–' : bytes(size))

/** How many runs, or versions of data, an import would bring that are not here yet. */
export function freshOf(plan: ImportPlan): { n: number; thing: 'run' | 'version' } {
  if (plan.datasets.length === 0) return { n: plan.runs - plan.known, thing: 'run' }
  return { n: plan.datasets.reduce((n, d) => n + d.versions - d.known - d.missing, 0), thing: 'version' }
}

/** What an import of versions of data would do. */
function dataPlan(plan: ImportPlan): ShownPlan {
  const sum = (of: (d: ImportDataset) => number) => plan.datasets.reduce((n, d) => n + of(d), 0)
  const known = sum((d) => d.known)
  const missing = sum((d) => d.missing)
  return {
    facts: [
      plural(plan.datasets.length, 'data set'),
      plural(sum((d) => d.versions), 'version'),
      ...(known > 0 ? [`${count(known)} of them here already`] : []),
      ...(missing > 0 ? [`${count(missing)} of them incomplete: they stay out`] : []),
      ...(plan.files > 0 ? [`${plural(plan.files, 'file')}, ${bytes(plan.bytes)}`] : []),
    ],
    notes: [],
    thing: 'Data set',
    heads: ['Versions', 'New', 'Size'],
    rows: plan.datasets.map((d) => ({ id: d.name, name: d.as, ...(d.reason !== undefined && { why: d.reason }), counts: [count(d.versions), count(d.versions - d.known - d.missing), sizes(d.files, d.bytes)] })),
    skipped: plan.skipped,
    left: plan.left,
  }
}

/** What an import would do. */
export function importPlan(plan: ImportPlan): ShownPlan {
  if (plan.datasets.length > 0) return dataPlan(plan)
  const listed = plan.table === undefined || plan.experiments.some((e) => e.reason !== undefined)
  return {
    facts: [
      plural(plan.runs, 'run'),
      ...(plan.known > 0 ? [`${plan.known} of them here already`] : []),
      ...(plan.deleted > 0 ? [`${plan.deleted} of them deleted there: they come into the trash`] : []),
      ...some(plan.models, 'logged model'),
      ...some(plan.registered.length, 'registered model'),
      ...files(plan.files, plan.bytes),
    ],
    notes: plan.differ > 0 ? [`${plural(plan.differ, 'row differs', 'rows differ')} from the run that is here. What is here stays as it is.`] : [],
    heads: ['Runs', 'New', 'Artifacts'],
    rows: listed ? plan.experiments.map((e) => ({ id: e.id, name: e.as, ...(e.reason !== undefined && { why: e.reason }), counts: [count(e.runs), count(e.runs - e.known), sizes(e.files, e.bytes)] })) : [],
    skipped: plan.skipped,
    left: plan.left,
  }
}

/** What an export would do. */
export function exportPlan(plan: ExportPlan): ShownPlan {
  const short = plan.free !== undefined && plan.bytes > plan.free && plan.goesOn !== true
  return {
    facts: [plural(plan.runs, 'run'), ...some(plan.models, 'logged model'), ...some(plan.registered.length, 'registered model'), ...files(plan.files, plan.bytes)],
    notes: [
      ...(plan.goesOn === true ? ['This folder was exported to before: what is new or was changed is added, and nothing is there twice.'] : []),
      ...(short ? [`Only ${bytes(plan.free ?? 0)} are free there.`] : []),
    ],
    heads: ['Runs', 'Artifacts'],
    rows: plan.experiments.map((e) => ({ id: e.id, name: e.name, counts: [count(e.runs), sizes(e.files, e.bytes)] })),
    skipped: plan.skipped,
    left: plan.left,
  }
}

/** Whether there is anything to export. */
export function isEmpty(plan: ExportPlan): boolean {
  return plan.runs + plan.models + plan.registered.length + plan.experiments.length === 0
}
