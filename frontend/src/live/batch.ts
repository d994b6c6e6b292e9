import type { Change, Job } from '../api/types'

/** What changed since the last batch. */
export interface Batch {
  /** Something was missed: read everything again. */
  reset: boolean
  /** Runs whose record changed. */
  runs: ReadonlySet<string>
  /** Runs that have new points. */
  metrics: ReadonlySet<string>
  /** Runs that have new output. */
  logs: ReadonlySet<string>
  experiments: boolean
  datasets: boolean
  projects: boolean
  /** Registered models or their versions. */
  registry: boolean
  /** The newest state of each job that changed. */
  jobs: readonly Job[]
  /** Paths that were dropped on the window. */
  dropped: readonly string[]
}

/** Unites changes into one batch. */
export function merge(changes: readonly Change[], reset: boolean): Batch {
  const runs = new Set<string>()
  const metrics = new Set<string>()
  const logs = new Set<string>()
  const jobs = new Map<string, Job>()
  const dropped: string[] = []
  let experiments = false
  let datasets = false
  let projects = false
  let registry = false
  for (const c of changes) {
    for (const id of c.runs ?? []) runs.add(id)
    for (const id of c.metrics ?? []) metrics.add(id)
    for (const id of c.logs ?? []) logs.add(id)
    for (const job of c.jobs ?? []) jobs.set(job.id, job)
    dropped.push(...(c.dropped ?? []))
    experiments ||= c.experiments === true
    datasets ||= c.datasets === true
    projects ||= c.projects === true
    registry ||= c.registry === true
  }
  return { reset, runs, metrics, logs, experiments, datasets, projects, registry, jobs: [...jobs.values()], dropped }
}
