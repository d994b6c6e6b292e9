import { describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import { chosenOn, type Brush } from '../../src/chart/brush'
import type { Drawn } from '../../src/chart/drawn'
import Plot from '../../src/chart/Plot.svelte'
import '../../src/styles/base.css'
import '../../src/styles/tokens.css'
import { violations } from './axe'

/** Every kind of chart as Go composes it; its own tests write these files. */
type Golden = Drawn['head'] & { values: readonly (readonly (number | string)[])[] }
const goldens = import.meta.glob<Golden>('../../../backend/chart/testdata/kinds/*.json', { eager: true, import: 'default' })

/** The numbers of a golden chart; NaN and infinities are words in JSON. */
const withNumbers = (golden: Golden): Drawn => ({ head: golden, blocks: golden.values.map((all) => Float64Array.from(all, Number)) })

/** Whether anything was drawn. */
function inked(container: Element): number {
  const canvas = container.querySelector('canvas')
  const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
  let n = 0
  for (let i = 3; i < data.length; i += 4) if ((data[i] ?? 0) > 40) n++
  return n
}

async function show(drawn: Drawn, more: Record<string, unknown> = {}) {
  const onsee = vi.fn<(pixels: number) => void>()
  return await render(Plot, { title: drawn.head.title, drawn, height: 240, colours: 0, onsee, ...more })
}

describe('every kind that Go composes', () => {
  test.each(Object.keys(goldens))('%s is drawn, told, and shown as a table', async (file) => {
    const head = goldens[file]
    if (head === undefined) throw new Error(`${file} is empty`)
    for (const theme of ['light', 'dark'] as const) {
      document.documentElement.dataset['theme'] = theme
      const { container, unmount } = await show(withNumbers(head))
      await expect.poll(() => inked(container)).toBeGreaterThan(200)
      expect(container.querySelector('[role=img]')?.getAttribute('aria-label')?.length ?? 0).toBeGreaterThan(head.title.length)
      // No name of a token or of a formatter is left as it is.
      expect(container.textContent).not.toContain('token:')
      if (theme === 'light') {
        await userEvent.click(page.getByRole('button', { name: 'Table' }))
        expect(container.querySelectorAll('tbody tr').length).toBeGreaterThan(0)
        expect(await violations(container)).toEqual([])
      }
      await unmount()
    }
  })
})

const axes = ['params.lr', 'params.depth', 'metrics.loss'].map((column) => ({ column, label: column.slice(column.indexOf('.') + 1), kind: 'number', format: 'metric' }))
const dims = [...axes.map((a) => a.column), 'row']
const parallel: Drawn = {
  head: {
    kind: 'parallel', title: 'Parameters to loss', note: '3 runs', matching: 3, drawn: 3, rows: ['a', 'b', 'c'], axes,
    option: { parallelAxis: axes.map((a, dim) => ({ dim, name: a.label, type: 'value', scale: true, axisLabel: { formatter: 'metric' } })), series: [{ type: 'parallel', lineStyle: { color: 'token:c-context' } }, { type: 'parallel', lineStyle: { color: 'token:c-1', width: 2 } }] },
    series: [{ id: '', label: 'other runs', role: 'lines', slot: 0, dims, total: 0, sampled: false }, { id: 'c', label: 'c', role: 'lines', slot: 1, dims, total: 0, sampled: false }],
  },
  blocks: [Float64Array.of(0.1, 4, 0.5, 0, 0.2, 6, 0.4, 1), Float64Array.of(0.3, 8, 0.3, 2)],
}

describe('parallel axes', () => {
  test('are moved by their names, with arrow keys', async () => {
    const onorder = vi.fn<(columns: readonly string[]) => void>()
    const { container } = await show(parallel, { onorder })
    await expect.poll(() => inked(container)).toBeGreaterThan(200)
    const names = () => [...container.querySelectorAll('.names button')].map((b) => b.textContent)
    expect(names()).toEqual(['lr', 'depth', 'loss'])
    container.querySelector<HTMLElement>('.names button')?.focus()
    await userEvent.keyboard('{ArrowRight}')
    await expect.poll(names).toEqual(['depth', 'lr', 'loss'])
    expect(onorder).toHaveBeenLastCalledWith(['params.depth', 'params.lr', 'metrics.loss'])
  })

  test('a stretch that is dragged on an axis is told, and goes when it is taken away', async () => {
    const onbrush = vi.fn<(brushes: readonly Brush[]) => void>()
    const { container, rerender } = await show(parallel, { onbrush })
    await expect.poll(() => inked(container)).toBeGreaterThan(200)
    const box = container.querySelector('canvas')?.getBoundingClientRect() ?? new DOMRect()
    const fire = (type: string, y: number) => {
      const target = container.querySelector('canvas')?.parentElement
      target?.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: box.left + 44, clientY: box.top + y, button: 0 }))
    }
    fire('mousedown', 60)
    for (const y of [80, 110, 140]) fire('mousemove', y)
    fire('mouseup', 140)
    await expect.poll(() => onbrush.mock.lastCall?.[0]?.[0]?.column).toBe('params.lr')
    const [brush] = onbrush.mock.lastCall?.[0] ?? []
    expect(brush?.to).toBeGreaterThan(brush?.from ?? Infinity)
    await rerender({ brushes: onbrush.mock.lastCall?.[0] ?? [] })
    await rerender({ brushes: [] })
    const { getInstanceByDom } = await import('echarts/core')
    const chart = getInstanceByDom(container.querySelector<HTMLElement>('.plot') ?? document.createElement('div'))
    if (chart === undefined) throw new Error('nothing was drawn')
    await expect.poll(() => chosenOn(chart, ['params.lr'])).toEqual([])
  })
})

test.each([3, 1500])('of %d points without a colour, the one under the pointer is called by its name, and picked', async (many) => {
  const at = Array.from({ length: many }, (_, i) => ({ x: (i % 3) + 1, y: 5, row: i }))
  const drawn: Drawn = {
    head: {
      kind: 'scatter', title: 'loss', note: '', matching: many, drawn: many, rows: at.map(({ row }) => `id${row}`),
      option: { xAxis: [{ type: 'value', min: 0, max: 4 }], yAxis: [{ type: 'value', min: 0, max: 10 }], series: [{ type: 'scatter', symbolSize: 7 }] },
      series: [{ id: '', label: 'other runs', role: 'points', slot: 0, dims: ['x', 'y', 'row'], total: many, sampled: false }],
    },
    blocks: [Float64Array.from(at.flatMap(({ x, y, row }) => [x, y, row]))],
  }
  const onpick = vi.fn<(run: string) => void>()
  const { container } = await show(drawn, { onpick, nameOf: (run: string) => Promise.resolve(`<b>the run ${run}</b>`) })
  await expect.poll(() => inked(container)).toBeGreaterThan(20)
  const { getInstanceByDom } = await import('echarts/core')
  const plot = container.querySelector<HTMLElement>('.plot')
  const [x, y] = getInstanceByDom(plot ?? container)?.convertToPixel('grid', [2, 5]) ?? []
  const box = plot?.getBoundingClientRect() ?? new DOMRect()
  const fire = (type: string) => container.querySelector('canvas')?.parentElement?.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: box.left + (x ?? 0), clientY: box.top + (y ?? 0), button: 0 }))
  fire('mousemove')
  // Of those that lie on each other, any.
  await expect.poll(() => container.textContent).toMatch(/<b>the run id\d+<\/b>/)
  expect(container.textContent).not.toContain('other runs')
  for (const type of ['mousedown', 'mouseup', 'click']) fire(type)
  await expect.poll(() => Number(onpick.mock.lastCall?.[0].slice(2)) % 3).toBe(1)
})

test('names of runs never become markup', async () => {
  const evil = '<img src=x onerror="window.hit=1">'
  const drawn: Drawn = {
    head: { kind: 'line', title: evil, note: evil, matching: 1, drawn: 1, option: { xAxis: [{ type: 'value', name: 'step' }], yAxis: [{ type: 'value' }], series: [{ type: 'line' }, { type: 'line' }] }, series: ['a', 'b'].map((id, i) => ({ id, label: evil + id, role: 'line', slot: i + 1, dims: ['x', 'y'], total: 2, sampled: false })) },
    blocks: [Float64Array.of(0, 1, 1, 2), Float64Array.of(0, 3, 1, 4)],
  }
  const { container } = await show(drawn)
  await expect.poll(() => inked(container)).toBeGreaterThan(50)
  await userEvent.hover(container.querySelector('canvas') as Element)
  expect(container.querySelector('img')).toBeNull()
  expect((window as unknown as { hit?: number }).hit).toBeUndefined()
})

test('a chart that goes while it is still painted is painted no more', async () => {
  const drawn: Drawn = {
    head: { kind: 'line', title: 'loss', note: '', matching: 1, drawn: 1, option: { xAxis: [{ type: 'value', name: 'step' }], yAxis: [{ type: 'value' }], series: [{ type: 'line' }] }, series: [{ id: 'a', label: 'a', role: 'line', slot: 1, dims: ['x', 'y'], total: 2, sampled: false }] },
    blocks: [Float64Array.of(0, 1, 1, 2)],
  }
  const { container, unmount } = await show(drawn)
  await expect.poll(() => inked(container)).toBeGreaterThan(20)
  const { getInstanceByDom } = await import('echarts/core')
  const paper = getInstanceByDom(container.querySelector<HTMLElement>('.plot') ?? document.body)?.getZr()
  if (paper === undefined) throw new Error('there is no chart')
  // A machine that never finishes what there is to paint in one frame.
  const painter = paper.painter as unknown as { _doPaintList: (list: unknown[], before: unknown[]) => boolean }
  const paint = painter._doPaintList.bind(painter)
  const frames = vi.fn((list: unknown[], before: unknown[]) => paint(list, before) && list.length === 0)
  painter._doPaintList = frames
  paper.refreshImmediately()
  await expect.poll(() => frames.mock.calls.length).toBeGreaterThan(2)
  const thrown = vi.fn((event: ErrorEvent) => event.preventDefault())
  window.addEventListener('error', thrown)
  await unmount()
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame)
  window.removeEventListener('error', thrown)
  expect(thrown).not.toHaveBeenCalled()
})
