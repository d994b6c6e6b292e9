/** Pictures of charts, for papers and slides; loaded with the first one. */
import { LegendComponent, TitleComponent } from 'echarts/components'
import { use } from 'echarts/core'
import type { EChartsOption } from 'echarts'
import { SVGRenderer } from 'echarts/renderers'
import { counted } from '../format/number'
import { init } from './echarts'
import { toldSeries, type Drawn } from './drawn'
import { finish, type Finish } from './finish'
import { takeAway } from './takeaway'
import type { Token } from './tree'

use([LegendComponent, TitleComponent, SVGRenderer])

const size = { width: 960, height: 540 }

/** A chart as a file: drawn anew, with its title and a legend in the picture. */
export async function drawnPicture(kind: 'png' | 'svg', drawn: Drawn, how: Finish): Promise<Blob> {
  const { option, xName } = finish(drawn, { ...how, right: 24, small: false })
  const note = [xName === '' ? '' : `by ${xName}`, counted(drawn.head.note)].filter((s) => s !== '').join(', ')
  return await rendered(kind, titled(option, { title: drawn.head.title, note, legend: toldSeries(drawn).map((s) => s.label) }, how.token))
}

interface Words {
  title: string
  note: string
  legend: readonly string[]
}

function titled(option: EChartsOption, { title, note, legend }: Words, token: Token): EChartsOption {
  const text = { color: token('text'), fontFamily: token('font-ui') }
  const room = { top: 64, bottom: 16, left: 16 }
  return {
    ...option,
    tooltip: { show: false },
    backgroundColor: token('surface'),
    title: { text: title, subtext: note, left: 12, top: 8, itemGap: 4, textStyle: { ...text, fontSize: 15 }, subtextStyle: { ...text, color: token('text-3'), fontSize: 11 } },
    legend: { show: legend.length > 1 && legend.length <= 8, data: [...legend], right: 16, top: 12, icon: 'roundRect', itemWidth: 10, itemHeight: 10, textStyle: { ...text, fontSize: 11 } },
    ...('grid' in option && { grid: { ...(option.grid as object), ...room } }),
    ...('parallel' in option && { parallel: { ...(option.parallel as object), ...room, top: 96, left: 64, bottom: 32 } }),
  }
}

async function rendered(kind: 'png' | 'svg', option: EChartsOption): Promise<Blob> {
  if (kind === 'svg') {
    const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
    chart.setOption(option)
    const svg = chart.renderToSVGString()
    chart.dispose()
    return new Blob([svg], { type: 'image/svg+xml' })
  }
  const chart = init(document.createElement('div'), null, { renderer: 'canvas', devicePixelRatio: 2, ...size })
  chart.setOption(option)
  const canvas = chart.renderToCanvas({ pixelRatio: 2 })
  takeAway(chart)
  return await new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob === null ? failed(new Error('The picture could not be drawn')) : done(blob)), 'image/png'),
  )
}
