/** Params by which programs say how many steps they will make, the finest name first. */
const planned = ['max_steps', 'total_steps', 'num_steps', 'n_steps', 'steps', 'epochs', 'max_epochs', 'num_epochs', 'n_epochs', 'num_train_epochs', 'num_boost_round', 'n_estimators', 'rounds', 'iterations', 'max_iter', 'n_iter']

/** How far a run has come. */
export interface RunProgress {
  done: number
  total: number
}

/** Least evidence for a promise, in ms. */
const evidence = 5_000

/**
 * How far a run has come, from a param that says how many steps there will be
 * and the steps of a metric so far, as pairs x, y. Undefined where the params
 * say nothing, or something that the steps contradict: a guess is no news.
 */
export function runProgress(params: Readonly<Record<string, string>>, pairs: Float64Array): RunProgress | undefined {
  const first = pairs[0]
  const last = pairs[pairs.length - 2]
  if (first === undefined || last === undefined || first < 0) return undefined
  // Some count from zero, some from one.
  const done = last + (first === 0 ? 1 : 0)
  for (const name of planned) {
    const total = Number(params[name])
    if (Number.isInteger(total) && total > 1) return done > 0 && done <= total ? { done, total } : undefined
  }
  return undefined
}

/** Milliseconds until the last step at the pace so far; undefined while it would be a guess. */
export function runTimeLeft(progress: RunProgress, elapsed: number): number | undefined {
  if (elapsed < evidence || progress.done >= progress.total) return undefined
  return (elapsed / progress.done) * (progress.total - progress.done)
}
