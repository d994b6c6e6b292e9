import { spread, type Drawing, type Line } from './data'
import type { EChartsType } from './echarts'
import type { Format } from './formats'

/** A label beside the end of a line. */
export interface EndLabel {
  name: string
  value: string
  left: number
  top: number
}

/** Lines that can have a label at their end; more get a legend. */
export const mostLabels = 5

/** Labels beside the ends of lines, none on another. */
export function endLabels(chart: EChartsType, lines: readonly Line[], drawings: readonly Drawing[], y: Format, height: number, nameOf: (line: Line) => string): EndLabel[] {
  const ends = drawings.flatMap((d, i) => {
    const line = lines[i]
    if (d.end === undefined || line === undefined) return []
    const at = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [d.end.x, d.end.y])
    return [{ name: nameOf(line), value: y.short(d.end.y), left: at[0] ?? 0, top: at[1] ?? 0 }]
  })
  const tops = spread(ends.map((e) => e.top), 15, 8, height - 30)
  return ends.map((e, i) => ({ ...e, top: tops[i] ?? e.top, left: e.left + 6 }))
}

/** How wide the labels of these lines are, about. */
export function labelRoom(lines: readonly Line[], nameOf: (line: Line) => string): number {
  const longest = Math.max(0, ...lines.map((l) => nameOf(l).length))
  return Math.min(longest, 22) * 6 + 60
}
