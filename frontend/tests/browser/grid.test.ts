import { beforeEach, describe, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import type { GridActions, GridColumn } from '../../src/grid/types'
import '../../src/styles/base.css'
import '../../src/styles/tokens.css'
import { violations } from './axe'
import GridHost from './GridHost.svelte'

const columns: GridColumn[] = [
  { id: 'name', label: 'Run', width: 200, right: false, sortable: true, sorted: undefined, title: 'Run' },
  ...Array.from({ length: 40 }, (_, i): GridColumn => ({
    id: String(i),
    label: `metric ${i}`,
    width: 90,
    right: true,
    sortable: i !== 1,
    sorted: i === 0 ? 'ascending' : undefined,
    title: '',
  })),
]
const rows = Array.from({ length: 10_000 }, (_, i) => ({ id: `id${i}`, level: 0, name: `run ${i}`, values: columns.map((_, c) => i * 100 + c) }))

const actions = {
  sort: vi.fn<GridActions['sort']>(),
  open: vi.fn<GridActions['open']>(),
  expand: vi.fn<GridActions['expand']>(),
  seen: vi.fn<GridActions['seen']>(),
  edit: vi.fn<GridActions['edit']>(),
  resize: vi.fn<GridActions['resize']>(),
  reorder: vi.fn<GridActions['reorder']>(),
  headMenu: vi.fn<GridActions['headMenu']>(),
  hold: vi.fn<GridActions['hold']>(),
  menu: vi.fn<GridActions['menu']>(),
  at: vi.fn<GridActions['at']>(),
}

let grid: HTMLElement

async function show(loaded = rows, count = loaded.length, arranges = false) {
  render(GridHost, { rows: loaded, count, columns, actions, arranges })
  grid = page.getByRole('grid').element() as HTMLElement
  // The head, the rows that are seen, and those around them, which come a moment later.
  await expect.poll(() => grid.querySelectorAll('[data-row]').length).toBe(1 + Math.min(count, 20))
}

const shownRows = () => [...grid.querySelectorAll<HTMLElement>('[data-row]')].map((e) => Number(e.dataset['row'])).filter((r) => r >= 0)
const line = (r: number) => grid.querySelector<HTMLElement>(`[data-row="${r}"]`)
function element(selector: string): HTMLElement {
  const found = grid.querySelector<HTMLElement>(selector)
  if (found === null) throw new Error(`nothing is at ${selector}`)
  return found
}
const active = () => grid.ownerDocument.getElementById(grid.getAttribute('aria-activedescendant') ?? '')
const chosen = () => (window as unknown as { chosen: string[] }).chosen

beforeEach(() => vi.clearAllMocks())

describe('what is drawn', () => {
  test('ten thousand rows are a few dozen elements', async () => {
    await show()
    expect(grid.getAttribute('aria-rowcount')).toBe('10001')
    expect(grid.getAttribute('aria-colcount')).toBe('41')
    expect(shownRows().length).toBeLessThan(25)
    expect(grid.querySelectorAll('*').length).toBeLessThan(900)
    expect(grid.scrollHeight).toBe(30 + 10_000 * 28)
  })

  test('scrolling reuses elements, and leaves them in the order of the document', async () => {
    await show()
    const before = new Set(grid.querySelectorAll('[role=row]'))
    grid.scrollTop = 5000 * 28
    // The row of the cursor stays where it is.
    await expect.poll(() => Math.min(...shownRows().filter((r) => r > 0))).toBeGreaterThan(4900)
    const after = [...grid.querySelectorAll('[role=row]')]
    expect(after.filter((e) => before.has(e)).length).toBeGreaterThan(after.length * 0.8)
    await expect.poll(() => shownRows().every((r, i, all) => i === 0 || r === (all[i - 1] ?? 0) + 1 || r === 0)).toBe(true)
    expect(line(5003)?.textContent).toContain('run 5003')
    expect(line(5003)?.getAttribute('aria-rowindex')).toBe('5005')
  })

  test('far columns appear when they are scrolled to, the name stays', async () => {
    await show()
    expect(grid.querySelector('[data-column="39"]')).toBeNull()
    grid.scrollLeft = 40 * 90
    await expect.poll(() => grid.querySelector('[data-column="39"]') !== null).toBe(true)
    expect(line(3)?.querySelector('[role=rowheader]')?.textContent).toContain('run 3')
    expect(line(3)?.querySelector('[data-column="39"]')?.textContent.trim()).toBe('339')
  })

  test('what is not loaded is asked for, and shown as a bar', async () => {
    await show(rows.slice(0, 200), 10_000)
    grid.scrollTop = 300 * 28
    await expect.poll(() => actions.seen.mock.lastCall?.[0]).toBeGreaterThan(290)
    expect(actions.seen.mock.lastCall?.[1]).toBeLessThan(330)
    expect(line(300)?.textContent).toContain('Loading')
  })
})

test('a cell becomes more than a text, another text, and a text again', async () => {
  const [first, ...others] = rows
  if (first === undefined) throw new Error('there are no rows')
  const with3 = (value: number) => [{ ...first, values: [1, 2, 3, value] }, ...others]
  const host = render(GridHost, { rows: with3(4), count: 10, columns, actions, arranges: false })
  grid = page.getByRole('grid').element() as HTMLElement
  const cells = () => [...grid.querySelectorAll<HTMLElement>('[data-row="0"] [role=gridcell]')].filter((e) => e.dataset['column'] === '3')
  const told = () => cells().map((e) => [e.textContent.trim(), e.querySelector('a') !== null, e.querySelector('span')?.title ?? '', e.querySelector('.t3') !== null, e.getAttribute('aria-colindex')])
  await expect.poll(told).toEqual([['4', false, '', false, '5']])
  const text = cells()[0]
  await host.rerender({ rows: with3(-1) })
  await expect.poll(told).toEqual([['-1', false, 'below zero', true, '5']])
  expect(cells()[0]).toBe(text)
  await host.rerender({ rows: with3(NaN) })
  await expect.poll(told).toEqual([['run 0', true, '', false, '5']])
  await host.rerender({ rows: with3(7) })
  await expect.poll(told).toEqual([['7', false, '', false, '5']])
})

test('a cell shows where on its scale it stands: by a bar, by a colour, or not at all', async () => {
  const [first, ...others] = rows
  if (first === undefined) throw new Error('there are no rows')
  const of = (bar: number, ground: number) => [{ ...first, values: [1, bar, ground] }, ...others]
  const host = render(GridHost, { rows: of(0.5, 0.1), count: 10, columns, actions, arranges: false })
  grid = page.getByRole('grid').element() as HTMLElement
  const bar = () => grid.querySelector<HTMLElement>('[data-row="0"] [data-column="1"] .grid-scale')
  const ground = () => grid.querySelector<HTMLElement>('[data-row="0"] [data-column="2"] .grid-ground')
  const length = () => bar()?.querySelector('i')?.style.width
  await expect.poll(length).toBe('52%')
  expect(bar()?.getBoundingClientRect().width).toBeGreaterThan(10)
  expect(bar()?.nextElementSibling?.textContent).toBe('0.5')
  expect(getComputedStyle(ground() ?? grid).backgroundColor).toBe('rgb(1, 2, 3)')
  await host.rerender({ rows: of(0, 9) })
  await expect.poll(length).toBe('4%')
  expect(ground()).toBeNull()
  await host.rerender({ rows: of(9, 0.2) })
  await expect.poll(bar).toBeNull()
  expect(ground()).not.toBeNull()
})

test('what stands after a figure has room of its own, comes and goes', async () => {
  const [first, ...others] = rows
  if (first === undefined) throw new Error('there are no rows')
  const of = (value: number) => [{ ...first, values: [1, 2, value] }, ...others]
  const host = render(GridHost, { rows: of(0.4), count: 10, columns, actions, arranges: false })
  grid = page.getByRole('grid').element() as HTMLElement
  const after = () => grid.querySelector<HTMLElement>('[data-row="0"] [data-column="2"] .grid-after')
  await expect.poll(() => after()?.textContent).toBe('± 0.04')
  expect(after()?.getBoundingClientRect().width).toBe(40)
  expect(after()?.previousElementSibling?.textContent).toBe('0.4')
  await host.rerender({ rows: of(0.2) })
  await expect.poll(() => after()?.textContent).toBe('± 0.02')
  await host.rerender({ rows: of(0.6) })
  await expect.poll(after).toBeNull()
})

describe('keys', () => {
  test('one tab stop; arrows move the cursor, and the row comes into view', async () => {
    await show()
    await userEvent.tab()
    expect(document.activeElement).toBe(grid)
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}')
    expect(active()?.textContent.trim()).toBe('200')
    await userEvent.keyboard('{Control>}{ArrowDown}{/Control}')
    await expect.poll(() => active()?.closest('[data-row]')?.getAttribute('data-row')).toBe('9999')
    expect(grid.scrollTop).toBeGreaterThan(9900 * 28)
    await userEvent.tab()
    expect(grid.contains(document.activeElement)).toBe(false)
  })

  test('the row of the cursor stays, however far it is scrolled away', async () => {
    await show()
    grid.focus()
    await userEvent.keyboard('{ArrowDown}')
    grid.scrollTop = 7000 * 28
    await expect.poll(() => shownRows().some((r) => r > 6900)).toBe(true)
    expect(active()?.closest('[data-row]')?.getAttribute('data-row')).toBe('1')
  })

  test('Enter opens a row and sorts by a head', async () => {
    await show()
    grid.focus()
    await userEvent.keyboard('{ArrowDown}{Enter}')
    expect(actions.open).toHaveBeenCalledWith(1)
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowRight}{Enter}{ArrowRight}{Enter}')
    expect(active()?.getAttribute('role')).toBe('columnheader')
    expect(actions.sort.mock.calls).toEqual([['0']])
  })

  test('Space chooses, Shift extends, Ctrl A takes all', async () => {
    await show(rows.slice(0, 30))
    await userEvent.unhover(grid) // the pointer is where the last test left it
    grid.focus()
    await userEvent.keyboard(' {Shift>}{ArrowDown}{ArrowDown}{/Shift}')
    expect(chosen()).toEqual(['id0', 'id1', 'id2'])
    expect(line(2)?.getAttribute('aria-selected')).toBe('true')
    await userEvent.keyboard('{Control>}a{/Control}')
    expect(chosen()).toHaveLength(30)
  })

  test('the row of the cursor is told while the grid has the focus', async () => {
    await show()
    grid.focus()
    await userEvent.keyboard('{ArrowDown}')
    expect(actions.at.mock.lastCall).toEqual([1, 'name'])
    grid.blur()
    await expect.poll(() => actions.at.mock.lastCall).toEqual([undefined, 'name'])
  })
})

test('what stands at the right edge is shortened there, not cut through', async () => {
  await show(rows.slice(0, 30))
  const inside = () => {
    const edge = grid.getBoundingClientRect().left + grid.clientWidth
    const cells = [...grid.querySelectorAll('[role=gridcell], [role=columnheader]')].map((cell) => cell.getBoundingClientRect()).filter((box) => box.left < edge - 20)
    return { seen: cells.length > 0, beyond: cells.filter((box) => box.right > edge + 0.5).length }
  }
  await expect.poll(inside).toEqual({ seen: true, beyond: 0 })
  grid.scrollLeft = 130
  await expect.poll(inside).toEqual({ seen: true, beyond: 0 })
})

describe('the pointer', () => {
  test('a row has a menu; the menu key means the row of the cursor', async () => {
    await show()
    await userEvent.click(element('[data-row="3"]'), { button: 'right' })
    expect(actions.menu.mock.lastCall?.[0]).toBe(3)
    grid.focus()
    await userEvent.keyboard('{ArrowDown}')
    grid.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))
    expect(actions.menu.mock.lastCall?.[0]).toBe(4)
  })

  test('heads sort, boxes choose, a double click opens', async () => {
    await show(rows.slice(0, 30))
    await userEvent.click(element('[role=columnheader][data-column="2"]'))
    expect(actions.sort).toHaveBeenCalledWith('2')
    await userEvent.click(element('[data-row="4"] input'))
    expect(chosen()).toEqual(['id4'])
    expect(document.activeElement).toBe(grid)
    await userEvent.dblClick(element('[data-row="5"] [data-column="0"]'))
    expect(actions.open).toHaveBeenCalledWith(5)
  })

  test('the table is held while somebody is in it', async () => {
    await show(rows.slice(0, 30))
    await userEvent.unhover(grid) // the pointer is where the last test left it
    grid.focus()
    expect(actions.hold).toHaveBeenLastCalledWith(true)
    grid.blur()
    expect(actions.hold).toHaveBeenLastCalledWith(false)
  })
})

describe('columns', () => {
  const head = (id: string) => element(`[role=columnheader][data-column="${id}"]`)
  const order = () => [...grid.querySelectorAll<HTMLElement>('[role=columnheader]')].sort((a, b) => Number(a.ariaColIndex) - Number(b.ariaColIndex)).map((e) => e.dataset['column'])
  const drag = (target: Element, x: number) => {
    const box = target.getBoundingClientRect()
    const at = { bubbles: true, cancelable: true, button: 0, clientY: box.top + 5 }
    target.dispatchEvent(new PointerEvent('pointerdown', { ...at, clientX: box.left + 3 }))
    window.dispatchEvent(new PointerEvent('pointermove', { ...at, clientX: box.left + 3 + x / 2 }))
    window.dispatchEvent(new PointerEvent('pointermove', { ...at, clientX: box.left + 3 + x }))
    window.dispatchEvent(new PointerEvent('pointerup', { ...at, clientX: box.left + 3 + x }))
  }

  test('an edge is dragged, and the cells below follow', async () => {
    await show(rows.slice(0, 30), 30, true)
    drag(element('[data-edge="0"]'), 40)
    await expect.poll(() => head('0').getBoundingClientRect().width).toBe(130)
    expect(line(3)?.querySelector('[data-column="0"]')?.getBoundingClientRect().width).toBe(130)
    expect(actions.sort).not.toHaveBeenCalled()
  })

  test('a double click on an edge makes all of it seen, and no more', async () => {
    await show(rows.slice(0, 30), 30, true)
    drag(element('[data-edge="0"]'), -45)
    await expect.poll(() => head('0').getBoundingClientRect().width).toBe(45)
    await userEvent.dblClick(element('[data-edge="0"]'))
    await expect.poll(() => head('0').getBoundingClientRect().width).toBeGreaterThan(60)
    expect(head('0').getBoundingClientRect().width).toBeLessThan(110)
    expect([...head('0').querySelectorAll('.cut')].every((part) => part.scrollWidth <= part.clientWidth)).toBe(true)
  })

  test('a head is dragged to another place', async () => {
    await show(rows.slice(0, 30), 30, true)
    expect(order().slice(0, 4)).toEqual(['name', '0', '1', '2'])
    drag(head('0'), 170)
    await expect.poll(() => order().slice(0, 4)).toEqual(['name', '1', '0', '2'])
    expect(actions.sort).not.toHaveBeenCalled()
  })

  test('by keys: wider, narrower, another place', async () => {
    await show(rows.slice(0, 30), 30, true)
    grid.focus()
    await userEvent.keyboard('{ArrowUp}{ArrowRight}{ArrowRight}{Shift>}{ArrowRight}{/Shift}')
    expect(actions.resize.mock.lastCall).toEqual(['1', 106])
    await userEvent.keyboard('{Shift>}{ArrowLeft}{ArrowLeft}{/Shift}')
    expect(actions.resize.mock.lastCall).toEqual(['1', 74])
    await userEvent.keyboard('{Control>}{Shift>}{ArrowRight}{/Shift}{/Control}')
    await expect.poll(() => order().slice(0, 4)).toEqual(['name', '0', '2', '1'])
    expect(active()?.dataset['column']).toBe('1')
    await userEvent.keyboard('{Control>}{Shift>}{ArrowLeft}{ArrowLeft}{/Shift}{/Control}')
    await expect.poll(() => order().slice(0, 4)).toEqual(['name', '1', '0', '2'])
  })

  test('pinned ones stay at the left while others scroll below them', async () => {
    const some = columns.map((c) => (c.id === '3' ? { ...c, pinned: true } : c))
    render(GridHost, { rows: rows.slice(0, 30), count: 30, columns: some, actions })
    grid = page.getByRole('grid').element() as HTMLElement
    await expect.poll(() => order().slice(0, 3)).toEqual(['name', '3', '0'])
    const before = head('3').getBoundingClientRect().left
    grid.scrollLeft = 900
    await expect.poll(() => grid.querySelector('[data-column="15"]') !== null).toBe(true)
    expect(head('3').getBoundingClientRect().left).toBe(before)
    const cell = line(4)?.querySelector('[data-column="3"]')
    expect([cell?.getBoundingClientRect().left, cell?.textContent]).toEqual([before, '403'])
  })

  test('scrolling by a column rewrites one slot of a line', async () => {
    await show(rows.slice(0, 30))
    grid.scrollLeft = 900
    await expect.poll(() => grid.querySelector('[data-column="15"]') !== null).toBe(true)
    const texts = () => new Map([...(line(2)?.querySelectorAll<HTMLElement>('[role=gridcell]') ?? [])].map((cell) => [cell, cell.dataset['column']]))
    const before = texts()
    grid.scrollLeft = 990
    await expect.poll(() => grid.querySelector('[data-column="16"]') !== null).toBe(true)
    const rewritten = [...texts()].filter(([cell, column]) => before.get(cell) !== column)
    expect(rewritten.length).toBeLessThanOrEqual(2)
  })
})

describe('groups', () => {
  const tree = [
    { id: 'g1', name: 'lr 0.1', values: [], level: 0, open: true },
    { id: 'a', name: 'run a', values: [], level: 1 },
    { id: 'b', name: 'run b', values: [], level: 1 },
    { id: 'g2', name: 'lr 0.2', values: [], level: 0, open: false },
  ]
  async function showTree() {
    render(GridHost, { rows: tree, count: tree.length, columns: columns.slice(0, 3), actions })
    grid = page.getByRole('treegrid').element() as HTMLElement
    await expect.poll(() => grid.querySelectorAll('[data-row]').length).toBe(5)
  }

  test('are told with their levels, and axe has nothing to say', async () => {
    await showTree()
    expect(line(0)?.ariaExpanded).toBe('true')
    expect(line(3)?.ariaExpanded).toBe('false')
    expect(line(1)?.ariaExpanded).toBeNull()
    expect([0, 1, 2, 3].map((r) => line(r)?.ariaLevel)).toEqual(['1', '2', '2', '1'])
    expect(await violations(grid)).toEqual([])
  })

  test('open and close by ← and →, and ← leads from a member to its group', async () => {
    await showTree()
    grid.focus()
    await userEvent.keyboard('{ArrowLeft}')
    expect(actions.expand.mock.lastCall).toEqual([0, false])
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowLeft}')
    expect(active()?.textContent).toContain('lr 0.1')
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowRight}')
    expect(actions.expand.mock.lastCall).toEqual([3, true])
    await userEvent.keyboard('{Enter}')
    expect(actions.expand.mock.lastCall).toEqual([3, true])
    expect(actions.open).not.toHaveBeenCalled()
  })
})

test('a cell that can be written in is opened by F2, Enter and a double click', async () => {
  const some = columns.slice(0, 4).map((c) => (c.id === '1' ? { ...c, editable: true } : c))
  render(GridHost, { rows: rows.slice(0, 10), count: 10, columns: some, actions })
  grid = page.getByRole('grid').element() as HTMLElement
  await expect.poll(() => grid.querySelectorAll('[data-row]').length).toBe(11)
  grid.focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}{Enter}')
  expect(actions.edit.mock.lastCall).toEqual([0, '1'])
  await userEvent.keyboard('{ArrowDown}{F2}')
  expect(actions.edit.mock.lastCall).toEqual([1, '1'])
  await userEvent.dblClick(element('[data-row="4"] [data-column="1"]'))
  expect(actions.edit.mock.lastCall).toEqual([4, '1'])
  expect(actions.open).not.toHaveBeenCalled()
})

test('a screen reader is told rows, columns, heads and order; axe has nothing to say', async () => {
  await show(rows.slice(0, 60))
  await expect.element(page.getByRole('columnheader', { name: 'metric 0' })).toHaveAttribute('aria-sort', 'ascending')
  await expect.element(page.getByRole('rowheader', { name: 'run 3' }).first()).toBeInTheDocument()
  expect(await violations(grid)).toEqual([])
})
