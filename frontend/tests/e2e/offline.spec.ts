import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, violations } from './test'

test.beforeAll(async ({ owner }) => {
  for (const rate of [0.3, 0.1, 0.2]) await owner.train({ rate, steps: 30 }, `rate ${rate}`, 'wine/little')
})

const root = '/api/varve/v1'

test('a chart that was saved as a page opens where there is no network', async ({ pages, browser }) => {
  // Every chart that is proposed, and a matrix: the page asks as the buttons do.
  const saved = await pages.evaluate(async (root) => {
    const proposed = (await (await fetch(`${root}/charts/proposed`)).json()) as { charts: unknown[]; main: { column: string } }
    const charts = [...proposed.charts, { kind: 'bar', y: [proposed.main.column] }, { kind: 'correlation', axes: ['params.rate', proposed.main.column] }]
    const files: { kind: string; text: string }[] = []
    for (const chart of charts) {
      const answer = await fetch(`${root}/charts/html`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ chart }) })
      files.push({ kind: (chart as { kind: string }).kind, text: answer.ok ? await answer.text() : `${answer.status}: ${await answer.text()}` })
    }
    return files
  }, root)
  expect(saved.map((s) => s.kind)).toEqual(expect.arrayContaining(['line', 'bar', 'correlation']))

  const folder = await mkdtemp(join(tmpdir(), 'varve-offline-'))
  const context = await browser.newContext({ offline: true })
  try {
    for (const [i, { kind, text }] of saved.entries()) {
      const file = join(folder, `${i}.html`)
      await writeFile(file, text)
      const page = await context.newPage()
      const strange: string[] = []
      page.on('pageerror', (error) => strange.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') strange.push(message.text())
      })
      page.on('request', (request) => {
        if (request.url() !== pathToFileURL(file).href) strange.push(`asked for ${request.url()}`)
      })
      await page.goto(pathToFileURL(file).href)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(/\S/)
      await expect(page.getByText(/^Saved from /)).toBeVisible()
      const canvas = page.locator('canvas').first()
      await expect(canvas).toBeVisible()
      // Something was drawn: not all of the canvas is of one colour.
      const colours = () =>
        canvas.evaluate((element: HTMLCanvasElement) => {
          const { width, height } = element
          const pixels = element.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
          return new Set(new Uint32Array(pixels.buffer)).size
        })
      await expect.poll(colours, { message: kind }).toBeGreaterThan(3)
      expect(await violations(page), kind).toEqual([])
      expect(strange, kind).toEqual([])
      await page.close()
    }
  } finally {
    await context.close()
    await rm(folder, { recursive: true, force: true })
  }
})
