import type { Chart, RunDetail } from '../../api/types'

/** Whether a chart has a line to draw: one value is a number, not a chart. */
export function drawable(chart: Chart, run: RunDetail | undefined): boolean {
  if (run === undefined) return false
  return chart.series.some((s) => {
    const metric = run.metricList.find((m) => m.key === s.key)
    return metric !== undefined && metric.points > 1
  })
}

/** The last lines that say why a run failed: an error and what led to it. */
export function lastWords(lines: readonly string[], most = 6): string[] {
  const told = lines.filter((line) => line.trim() !== '')
  return told.slice(-most)
}

/** Tags that people set; MLflow's own are facts of the machine. */
export function ownTags(tags: readonly { key: string; value: string }[]): { key: string; value: string }[] {
  return tags.filter((t) => !t.key.startsWith('mlflow.'))
}
