import { readdirSync, readFileSync } from 'node:fs'
import * as echarts from 'echarts'
import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'

// What Go sends for each kind of chart, pinned by backend/chart/draw_test.go. Here
// ECharts itself draws it.
const folder = new URL('../../../backend/chart/testdata/kinds/', import.meta.url)

interface Golden {
  option: Record<string, unknown> & { series: Record<string, unknown>[] }
  series: { role: string; dims: string[]; rows: number }[]
  values: (number | string)[][]
}

/** Colours for tokens; a name of a formatter is no text to print. */
function resolved(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('token:') ? '#336699' : value
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, one]) => (key === 'formatter' ? [] : [[key, resolved(one)]])))
}

function drawn(golden: Golden): string {
  const option = resolved(golden.option) as Golden['option']
  option.series.forEach((one, i) => {
    one['data'] = Float64Array.from(golden.values[i] ?? [], Number)
  })
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 320 })
  try {
    chart.setOption(option as EChartsOption)
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

describe('ECharts draws what Go composes', () => {
  it('has all kinds before it', () => {
    expect(files.length).toBeGreaterThanOrEqual(17)
  })

  for (const file of files) {
    it(file, () => {
      const golden = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden
      const full = drawn(golden)
      // A value may be called NaN; where something stands may not be.
      expect(full.replace(/>[^<]*<\/text>/g, '></text>')).not.toMatch(/NaN|undefined|Infinity/)
      golden.series.forEach((s, i) => {
        if (s.rows === 0) return
        const without = { ...golden, values: golden.values.map((values, k) => (k === i ? [] : values)) }
        expect(drawn(without), `series ${i} can be seen`).not.toBe(full)
      })
      golden.series.forEach((s, i) => expect(golden.values[i]).toHaveLength(s.rows * s.dims.length))
    })
  }
})
