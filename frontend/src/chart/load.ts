type Parts = typeof import('./echarts')

const again = 2000 // ms

/**
 * ECharts, as soon as it can be had: it is fetched with the first chart, and
 * asked for again while the owner does not answer. Nothing, when nobody wants
 * it any more.
 */
export async function loadECharts(wanted: () => boolean, load: () => Promise<Parts> = () => import('./echarts')): Promise<Parts | undefined> {
  while (wanted()) {
    try {
      return await load()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, again))
    }
  }
  return undefined
}
