/** How the charts of a page are looked at. The address keeps it as text. */
export interface Look {
  /** Weight of the smoothing, 0 (none) to 0.99. */
  smooth: number
  /** The y axis is logarithmic. */
  log: boolean
  /** The part of the x axis that is shown; undefined means all. */
  zoom: readonly [number, number] | undefined
  /** The one chart that fills the page, by a key of its series; '' means none. */
  full: string
}

export const plainLook: Look = { smooth: 0, log: false, zoom: undefined, full: '' }

/** Reads what printLook wrote; what cannot be read is left out. */
export function parseLook(text: string): Look {
  const query = new URLSearchParams(text)
  const smooth = Number(query.get('smooth') ?? 0)
  const [from = NaN, to = NaN] = (query.get('zoom') ?? '').split('~').map((n) => (n === '' ? NaN : Number(n)))
  return {
    smooth: smooth > 0 && smooth < 1 ? Math.min(0.99, smooth) : 0,
    log: query.get('log') === '1',
    zoom: Number.isFinite(from) && Number.isFinite(to) && from < to ? [from, to] : undefined,
    full: query.get('full') ?? '',
  }
}

/** Writes a look; the plain one is ''. */
export function printLook({ smooth, log, zoom, full }: Look): string {
  const query = new URLSearchParams()
  if (smooth > 0) query.set('smooth', String(smooth))
  if (log) query.set('log', '1')
  if (zoom !== undefined) query.set('zoom', zoom.join('~'))
  if (full !== '') query.set('full', full)
  return query.toString()
}
