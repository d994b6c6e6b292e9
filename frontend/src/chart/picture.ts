/** Pictures of charts, for papers and slides; loaded with the first one. */
import { LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'
import type { Line } from './data'
import type { Look } from './look'
import { compose, type Skeleton, type Token } from './option'

use([LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, CanvasRenderer, SVGRenderer])

const size = { width: 960, height: 540 }

/** A chart as a file: drawn anew, with its title and a legend in the picture. */
export async function picture(kind: 'png' | 'svg', title: string, skeleton: Skeleton, lines: readonly Line[], token: Token, look: Look): Promise<Blob> {
  const { option, xName } = compose(skeleton, lines, token, 24, look)
  const text = { color: token('text'), fontFamily: token('font-ui') }
  const drawn = {
    ...option,
    tooltip: { show: false },
    backgroundColor: token('surface'),
    title: { text: title, subtext: xName === '' ? '' : `by ${xName}`, left: 12, top: 8, itemGap: 4, textStyle: { ...text, fontSize: 15 }, subtextStyle: { ...text, color: token('text-3'), fontSize: 11 } },
    legend: { show: lines.length > 1, data: lines.map((l) => l.label), right: 16, top: 12, icon: 'roundRect', itemWidth: 10, itemHeight: 10, textStyle: { ...text, fontSize: 11 } },
    grid: { ...(option.grid as object), top: 64, bottom: 16, left: 16 },
  }
  if (kind === 'svg') {
    const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
    chart.setOption(drawn)
    const svg = chart.renderToSVGString()
    chart.dispose()
    return new Blob([svg], { type: 'image/svg+xml' })
  }
  const chart = init(document.createElement('div'), null, { renderer: 'canvas', devicePixelRatio: 2, ...size })
  chart.setOption(drawn)
  const canvas = chart.renderToCanvas({ pixelRatio: 2 })
  chart.dispose()
  return await new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob === null ? failed(new Error('The picture could not be drawn')) : done(blob)), 'image/png'),
  )
}
