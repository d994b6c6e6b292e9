import type { Chart, RunDetail } from '../../api/types'
import { bytes } from '../../format/bytes'
import { metric } from '../../format/number'

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

/** A system metric in words and with its unit, which MLflow puts into the key. */
export function systemFact(key: string, value: number): { label: string; value: string } {
  const name = key.replace(/^system\//, '')
  const unit = /_(percentage|megabytes|bytes|watts)$/.exec(name)?.[1]
  const label = (unit === undefined ? name : name.slice(0, -unit.length - 1)).replaceAll('_', ' ').replace(/\bcpu\b/, 'CPU').replace(/\bgpu\b/, 'GPU')
  switch (unit) {
    case 'percentage':
      return { label, value: `${metric(Math.round(value * 10) / 10)}\u2009%` }
    case 'megabytes':
      // MLflow's megabytes are 10⁶ bytes.
      return { label, value: bytes(value * 1e6) }
    case 'bytes':
      return { label, value: bytes(value) }
    case 'watts':
      return { label, value: `${metric(value)} W` }
    default:
      return { label, value: metric(value) }
  }
}
