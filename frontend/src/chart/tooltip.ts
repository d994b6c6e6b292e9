import type { Format } from './formats'

interface Hovered {
  seriesName?: string
  seriesType?: string
  color?: unknown
  value?: unknown
}

/**
 * What hovering shows, as elements: names come from outside and never become
 * markup.
 */
export function tooltipNode(params: unknown, x: Format, y: Format, valueAt?: (label: string, x: number) => number | undefined): HTMLElement {
  const all = (Array.isArray(params) ? params : [params]) as Hovered[]
  const node = document.createElement('div')
  const first = pair(all[0]?.value)
  if (first !== undefined) {
    const head = document.createElement('div')
    head.textContent = x.full(first[0])
    node.append(head)
  }
  for (const one of all.filter((h) => h.seriesType === 'line').slice(0, 12)) {
    const at = pair(one.value)
    if (at === undefined) continue
    // What cannot be drawn is NaN in the drawing, whatever it is in truth.
    const shown = Number.isNaN(at[1]) ? valueAt?.(one.seriesName ?? '', at[0]) : at[1]
    if (shown === undefined) continue
    const line = document.createElement('div')
    line.style.display = 'flex'
    line.style.alignItems = 'center'
    line.style.gap = '6px'
    const swatch = document.createElement('span')
    swatch.style.width = '8px'
    swatch.style.height = '8px'
    swatch.style.borderRadius = '2px'
    swatch.style.background = typeof one.color === 'string' ? one.color : 'currentColor'
    const name = document.createElement('span')
    name.textContent = one.seriesName ?? ''
    const value = document.createElement('b')
    value.style.marginLeft = 'auto'
    value.style.paddingLeft = '12px'
    value.textContent = y.full(shown)
    line.append(swatch, name, value)
    node.append(line)
  }
  return node
}

function pair(value: unknown): [number, number] | undefined {
  if (!Array.isArray(value) && !(value instanceof Float64Array)) return undefined
  const [x, y] = value as ArrayLike<unknown> & Iterable<unknown>
  return typeof x === 'number' && typeof y === 'number' ? [x, y] : undefined
}
