import type { Experiment } from '../api/types'
import { compareNames } from '../format/words'

/** A line of the experiment tree: a folder, or an experiment. */
export interface Branch {
  /** Whole name up to here; unique within the tree. */
  path: string
  label: string
  depth: number
  /** Undefined for a folder that is no experiment itself. */
  experiment: Experiment | undefined
  children: Branch[]
}

/**
 * Lays experiments out in folders, by the slashes in their names.
 */
export function experimentTree(experiments: readonly Experiment[]): Branch[] {
  const top: Branch = { path: '', label: '', depth: -1, experiment: undefined, children: [] }
  const ordered = [...experiments].filter((e) => !e.trashed).sort((a, b) => compareNames(a.name, b.name))
  for (const experiment of ordered) {
    const parts = experiment.name.split('/').filter((p) => p !== '')
    let at = top
    parts.forEach((label, i) => {
      const path = parts.slice(0, i + 1).join('/')
      let next = at.children.find((c) => c.path === path)
      if (next === undefined) {
        next = { path, label, depth: i, experiment: undefined, children: [] }
        at.children.push(next)
      }
      at = next
    })
    // Two names may differ only in slashes: the second one stands beside.
    if (at === top || at.experiment !== undefined) {
      top.children.push({ path: `${experiment.name}#${experiment.id}`, label: experiment.name, depth: 0, experiment, children: [] })
    } else {
      at.experiment = experiment
    }
  }
  return top.children
}

/** The branches that are seen when these folders are closed. */
export function visibleBranches(branches: readonly Branch[], closed: ReadonlySet<string>): Branch[] {
  return branches.flatMap((b) => [b, ...(closed.has(b.path) ? [] : visibleBranches(b.children, closed))])
}

/** Every experiment in a branch. */
export function experimentsIn(branch: Branch): string[] {
  return [...(branch.experiment === undefined ? [] : [branch.experiment.id]), ...branch.children.flatMap(experimentsIn)]
}
