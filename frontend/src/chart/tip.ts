import { formatNamed, type Format } from './formats'
import { hasLines, type Drawn, type DrawnSeries } from './drawn'
import { nearest } from './smooth'

/** What the library tells of a place under the pointer. */
interface Hovered {
  seriesId?: string
  seriesName?: string
  name?: string
  color?: unknown
  value?: unknown
}

/** What a run is called; undefined when nobody knows. */
export type NameOf = (run: string) => Promise<string | undefined>

/** Lines that a tooltip names; more cannot be read while the pointer moves. */
const mostLines = 12

/**
 * What hovering over a drawn chart shows, as elements: names come from outside
 * and never become markup.
 */
export function tipOf(drawn: Drawn, x: Format, y: Format, params: unknown, nameOf?: NameOf): HTMLElement | string {
  const all = (Array.isArray(params) ? params : [params]) as Hovered[]
  return hasLines(drawn) ? lineTip(drawn, x, y, all) : all[0] === undefined ? '' : itemTip(drawn, all[0], nameOf)
}

/** The run that a place of a series stands for. */
export function runAt(drawn: Drawn, seriesId: string | undefined, value: unknown): string | undefined {
  const series = drawn.head.series[Number.parseInt(seriesId ?? '', 10)]
  const row = numbers(value)[series?.dims.indexOf('row') ?? -1]
  return row === undefined ? undefined : drawn.head.rows?.[row]
}

function described(drawn: Drawn, hovered: Hovered): DrawnSeries | undefined {
  // What was smoothed here has the number of its series and a mark.
  return drawn.head.series[Number.parseInt(hovered.seriesId ?? '', 10)]
}

function lineTip(drawn: Drawn, x: Format, y: Format, all: readonly Hovered[]): HTMLElement {
  const node = document.createElement('div')
  const at = numbers(all[0]?.value)[0]
  if (at !== undefined) node.append(head(x.full(at)))
  const lines = all.flatMap((one) => {
    const series = described(drawn, one)
    return series?.role === 'line' ? [{ one, series }] : []
  })
  const coloured = lines.filter(({ series }) => series.slot > 0)
  const told = coloured.length > 0 ? coloured : lines
  for (const { one, series } of told.slice(0, mostLines)) {
    const [x, drawnAt] = numbers(one.value)
    // What cannot be drawn is NaN in the drawing, whatever it is in truth.
    const missing = drawnAt !== undefined && Number.isNaN(drawnAt)
    const logged = (one.seriesName ?? series.label) === series.label && x !== undefined
    const value = !missing ? drawnAt : logged ? loggedAt(drawn, series, x) : undefined
    if (value !== undefined) node.append(row(one.color, one.seriesName ?? series.label, y.full(value)))
  }
  const rest = lines.length - Math.min(told.length, mostLines)
  if (rest > 0) node.append(small(`and ${rest} more`))
  return node
}

/** What a line has at a place, also where it cannot be drawn. */
function loggedAt(drawn: Drawn, series: DrawnSeries, x: number): number | undefined {
  const point = nearest(drawn.blocks[drawn.head.series.indexOf(series)] ?? new Float64Array(), x)
  return point?.x === x ? point.y : undefined
}

function itemTip(drawn: Drawn, hovered: Hovered, nameOf: NameOf | undefined): HTMLElement {
  const node = document.createElement('div')
  const series = described(drawn, hovered)
  const values = numbers(hovered.value)
  const title = head(series?.label ?? hovered.name ?? '')
  node.append(title)
  const run = runAt(drawn, hovered.seriesId, hovered.value)
  // Those without a colour share a series: which one it is, is asked for.
  if (run !== undefined && series?.slot === 0) void nameOf?.(run).then((name) => (title.textContent = name ?? title.textContent))
  series?.dims.forEach((dim, i) => {
    const value = values[i]
    if (dim === 'row' || dim === 'diameter' || value === undefined) return
    const axis = drawn.head.axes?.[i]
    const text = axis?.categories?.[value] ?? formatNamed(axis?.format).full(value)
    node.append(row(undefined, axis?.label ?? dim, Number.isNaN(value) ? '–' : text))
  })
  return node
}

function head(text: string): HTMLElement {
  const node = document.createElement('div')
  node.textContent = text
  node.style.fontWeight = '600'
  return node
}

function small(text: string): HTMLElement {
  const node = document.createElement('div')
  node.textContent = text
  node.style.opacity = '0.7'
  return node
}

function row(colour: unknown, name: string, value: string): HTMLElement {
  const line = document.createElement('div')
  line.style.display = 'flex'
  line.style.alignItems = 'center'
  line.style.gap = '6px'
  if (typeof colour === 'string') {
    const swatch = document.createElement('span')
    Object.assign(swatch.style, { width: '8px', height: '8px', borderRadius: '2px', background: colour })
    line.append(swatch)
  }
  const label = document.createElement('span')
  label.textContent = name
  const told = document.createElement('b')
  told.style.marginLeft = 'auto'
  told.style.paddingLeft = '12px'
  told.textContent = value
  line.append(label, told)
  return line
}

function numbers(value: unknown): number[] {
  if (!Array.isArray(value) && !(value instanceof Float64Array)) return []
  return Array.from(value as ArrayLike<unknown>, (n) => (typeof n === 'number' ? n : NaN))
}
