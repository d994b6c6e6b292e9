import type { Column } from './columns'

/** What params are called that only repeat an experiment. */
const seed = /^(seed|.*[_.-]seed|random_state|rng|fold|.*[_.-]fold|repeat|replica)$/i

/** Params that tell repetitions apart: runs that differ in nothing else belong together. */
export function seedLike(columns: readonly Column[]): string[] {
  return columns.filter((c) => c.kind === 'param' && !c.same && seed.test(c.key)).map((c) => c.id)
}

/** Columns that runs can be grouped by: what tells some of them apart, and not each from all others. */
export function groupable(columns: readonly Column[]): Column[] {
  const attributes = ['experiment', 'data', 'status', 'user', 'source']
  return columns.filter((c) => ((c.kind === 'param' || c.kind === 'tag') && !c.same) || (c.kind === 'attribute' && attributes.includes(c.id)))
}
