import { expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { Line } from '../../src/chart/data'
import { drawnLines, type Drawn } from '../../src/chart/drawn'
import Plot from '../../src/chart/Plot.svelte'
import '../../src/styles/base.css'
import '../../src/styles/tokens.css'
import { violations } from './axe'

const line = (label: string, slot: number, y: (x: number) => number, n = 50): Line => ({
  label,
  slot,
  pairs: Float64Array.from({ length: n * 2 }, (_, i) => (i % 2 === 0 ? i / 2 : y((i - 1) / 2))),
  total: n,
  sampled: false,
})
const option = {
  series: [{ type: 'line' }, { type: 'line' }],
  xAxis: [{ type: 'value', name: 'step', axisLabel: { formatter: 'step' } }],
  yAxis: [{ axisLabel: { formatter: 'metric' } }],
}
const lines = [line('train', 1, (x) => 1 / (x + 1)), line('val', 2, (x) => (x === 10 ? NaN : x === 20 ? Infinity : 2 / (x + 1)))]

/** Colours that were drawn, without the many shades of their edges. */
function drawn(container: Element): Set<string> {
  const canvas = container.querySelector('canvas')
  const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
  const seen = new Map<string, number>()
  for (let i = 0; data !== undefined && i < data.length; i += 4) {
    if (data[i + 3] !== 255) continue
    const colour = `#${[data[i], data[i + 1], data[i + 2]].map((n) => (n ?? 0).toString(16).padStart(2, '0')).join('')}`
    seen.set(colour, (seen.get(colour) ?? 0) + 1)
  }
  return new Set([...seen].filter(([, n]) => n > 5).map(([colour]) => colour))
}

const loss = (some: readonly Line[]) => drawnLines('Loss', option, some)

async function show(props: Partial<{ drawn: Drawn | undefined; colours: number; failed: string }> = {}) {
  const onsee = vi.fn<(pixels: number) => void>()
  const result = await render(Plot, { title: 'Loss', drawn: loss(lines), height: 220, colours: 0, onsee, ...props })
  return { ...result, onsee }
}

test('lines are drawn in their slots, what cannot be drawn is counted, ends are labelled', async () => {
  document.documentElement.dataset['theme'] = 'light'
  const { container } = await show()
  await expect.poll(() => drawn(container)).toContain('#2a667b')
  expect(drawn(container)).toContain('#b88c01')
  await expect.element(page.getByText('2 values NaN or ∞')).toBeVisible()
  await expect.poll(() => [...container.querySelectorAll('.label')].map((e) => e.textContent.replace(/\s+/g, ' ').trim())).toEqual(['train0.02', 'val0.04'])
})

test('colours follow the theme', async () => {
  document.documentElement.dataset['theme'] = 'light'
  const { container, rerender } = await show()
  await expect.poll(() => drawn(container)).toContain('#2a667b')
  document.documentElement.dataset['theme'] = 'dark'
  await rerender({ colours: 1 })
  await expect.poll(() => drawn(container)).toContain('#0cc2d1')
  document.documentElement.dataset['theme'] = 'light'
})

test('a sentence says what the drawing shows', async () => {
  await show()
  await expect
    .element(page.getByRole('img'))
    .toHaveAttribute('aria-label', 'Loss by step: train goes from 1 to 0.02, least 0.02, most 1, 50 points; val goes from 2 to 0.04, least 0.04, most 2, 50 points.')
})

test('the same as a table, and back', async () => {
  const { container } = await show()
  await userEvent.click(page.getByRole('button', { name: 'Table' }))
  const rows = [...container.querySelectorAll('tbody tr')].map((tr) => [...tr.children].map((c) => c.textContent.trim()))
  expect(rows).toHaveLength(50)
  expect(rows[10]).toEqual(['10', '0.09091', 'NaN'])
  expect(rows[20]).toEqual(['20', '0.04762', '∞'])
  expect(await violations(container)).toEqual([])
  await userEvent.click(page.getByRole('button', { name: 'Chart' }))
  expect(container.querySelector('table')).toBeNull()
})

test('new points are drawn on the same canvas', async () => {
  const { container, rerender } = await show({ drawn: loss([line('train', 1, (x) => x, 10)]) })
  await expect.poll(() => container.querySelector('.label')?.textContent).toContain('9')
  const canvas = container.querySelector('canvas')
  await rerender({ drawn: loss([line('train', 1, (x) => x, 30)]) })
  await expect.poll(() => container.querySelector('.label')?.textContent).toContain('29')
  expect(container.querySelector('canvas')).toBe(canvas)
})

test('it says how wide it is when it is seen, and lets go when it is gone', async () => {
  const { onsee, unmount, container } = await show()
  await expect.poll(() => onsee.mock.lastCall?.[0] ?? 0).toBeGreaterThan(100)
  await expect.poll(() => container.querySelector('canvas') !== null).toBe(true)
  await unmount()
  expect(container.querySelector('canvas')).toBeNull()
})

test('points that could not be read are told in words', async () => {
  await show({ drawn: undefined, failed: 'The points could not be read.' })
  await expect.element(page.getByText('The points could not be read.')).toBeVisible()
})
