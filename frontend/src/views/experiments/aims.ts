import type { Experiment } from '../../api/types'
import { compareNames } from '../../format/words'

/** Where runs can be moved: to an experiment, or to one that is made for them. */
export interface Aim {
  /** Undefined for one that does not exist yet. */
  id: string | undefined
  name: string
  runs: number
}

/** The experiments whose names hold all the words that were typed, and a new one of that name if there is none. */
export function aims(experiments: readonly Experiment[], typed: string): Aim[] {
  const name = typed.trim()
  const words = name.toLowerCase().split(/[\s/]+/).filter((word) => word !== '')
  const there = experiments
    .filter((e) => !e.trashed && words.every((word) => e.name.toLowerCase().includes(word)))
    .map(({ id, name, runs }) => ({ id, name, runs }))
    .sort((a, b) => Number(b.name === name) - Number(a.name === name) || compareNames(a.name, b.name))
  return name === '' || experiments.some((e) => e.name === name) ? there : [...there, { id: undefined, name, runs: 0 }]
}
