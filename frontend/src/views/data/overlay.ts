import type { RestorePlan } from '../../api/types'
import { bytes } from '../../format/bytes'
import { plural } from '../../format/words'

/** How many files are named of each kind. */
const named = 5

/** Files of one fate, as the sheet shows them. */
export interface Fate {
  id: keyof RestorePlan
  title: string
  count: string
  names: readonly string[]
  more: number
}

const fates: readonly { id: keyof RestorePlan; title: string; names: boolean }[] = [
  { id: 'over', title: 'Overwritten', names: true },
  { id: 'new', title: 'New', names: true },
  { id: 'same', title: 'The same already', names: false },
  { id: 'beside', title: 'Left alone', names: false },
]

/** What a restore over a folder would do, what is lost by it first; without what there is none of. */
export function overlay(plan: RestorePlan): Fate[] {
  return fates
    .filter(({ id }) => id === 'over' || plan[id].files > 0)
    .map((fate) => {
      const { files, bytes: size, first } = plan[fate.id]
      const names = fate.names ? first.slice(0, named) : []
      return { id: fate.id, title: fate.title, count: files === 0 ? 'nothing' : `${plural(files, 'file')}, ${bytes(size)}`, names, more: names.length === 0 ? 0 : files - names.length }
    })
}

/** Whether all of it is there already. */
export function isThere(plan: RestorePlan): boolean {
  return plan.over.files + plan.new.files === 0 && plan.same.files > 0
}
