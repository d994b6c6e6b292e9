import type { EChartsType } from 'echarts/core'

/**
 * Takes a chart away. A busy machine paints it in several frames, and one that
 * is to come would look for a chart that has gone: with nothing left to paint,
 * it has nothing to do.
 */
export function takeAway(chart: EChartsType): void {
  const paper = chart.getZr()
  paper.clear()
  paper.refreshImmediately()
  chart.dispose()
}
