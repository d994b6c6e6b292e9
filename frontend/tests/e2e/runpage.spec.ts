import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright/test'
import { varve, type Owner } from './owner'
import { expect, row, test, violations } from './test'

/** Runs an entry point of the showing project, and opens the page of its run. */
async function show(page: Page, owner: Owner, entry: string, name: string, ...params: string[]): Promise<void> {
  await owner.bring('runpage', join(owner.home, 'showing'))
  const args = ['run', join(owner.home, 'showing'), '-e', entry, '--env-manager', 'local', '--run-name', name, ...params]
  // The command repeats the output of the run, which is long here.
  await promisify(execFile)(varve, args, { env: owner.env, cwd: owner.home, maxBuffer: 64 * 1024 * 1024 })
  await page.goto(`${owner.address}/#/runs`)
  await row(page, name).getByRole('link', { name }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

/** Looks at the page in both themes: nothing wrong with it, and a picture where they are asked for. */
async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const folder = process.env['VARVE_PICTURES']
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}-${theme}.png`) })
    expect(await violations(page), `${name}, ${theme}`).toEqual([])
  }
}

test('a log in colours, with its bars folded, searched with keys', async ({ pages, owner }) => {
  await show(pages, owner, 'log', 'coloured')
  await pages.getByRole('link', { name: 'Log', exact: true }).click()
  const output = pages.getByRole('region', { name: 'Output' })
  await expect(output).toContainText('the end')
  await expect(output).toContainText('loading 100% |██████████|')
  await expect(output).not.toContainText('loading  50%')
  await expect(output).toContainText('epoch 3/3\nbatch 50/50\n')
  await expect(output.locator('span', { hasText: 'violet' }).first()).toHaveCSS('color', /^rgb\(1\d\d, \d\d, 2\d\d\)$/)
  await expect(output.locator('span', { hasText: 'the end' })).toHaveCSS('text-decoration-line', 'underline')

  await output.focus()
  await pages.keyboard.press('/')
  const box = pages.getByRole('textbox', { name: 'Search the log' })
  await expect(box).toBeFocused()
  await pages.keyboard.type('WARNING')
  await expect(pages.getByRole('search')).toContainText('1 of 3')
  await expect(output.locator('mark.now')).toBeInViewport()
  await pages.keyboard.press('Enter')
  await expect(pages.getByRole('search')).toContainText('2 of 3')
  await pages.keyboard.press('Shift+Enter')
  await pages.keyboard.press('Shift+Enter')
  await expect(pages.getByRole('search')).toContainText('3 of 3')
  await inBothThemes(pages, 'log')
  await box.fill('nowhere to be seen')
  await expect(pages.getByRole('search')).toContainText('Not found')
  await box.press('Escape')
  await expect(box).toBeHidden()
  await expect(output).toBeFocused()
})

test('a log of 120,000 lines is read, searched and scrolled without freezing', async ({ pages, owner }) => {
  await show(pages, owner, 'log', 'long', '-P', 'lines=120000')
  await pages.getByRole('link', { name: 'Log', exact: true }).click()
  const output = pages.getByRole('region', { name: 'Output' })
  await expect(output).toContainText('the end')
  await pages.keyboard.press('Control+f')
  await pages.getByRole('button', { name: 'Read all of it' }).click()
  await expect(pages.getByText('120,005 lines')).toBeVisible()
  await pages.getByRole('textbox', { name: 'Search the log' }).fill('step     12 ')
  await expect(pages.getByRole('search')).toContainText('1 of 1')
  await expect(output.locator('mark.now')).toBeInViewport()
  const drawn = await output.locator('pre').count()
  expect(drawn).toBeLessThan(20)
  const longest = await output.evaluate(async (box) => {
    let worst = 0
    for (let i = 0; i < 60; i++) {
      box.scrollTop = (box.scrollHeight * i) / 60
      const start = performance.now()
      await new Promise(requestAnimationFrame)
      worst = Math.max(worst, performance.now() - start)
    }
    return worst
  })
  process.stdout.write(`log of 120,000 lines: longest frame while jumping ${Math.round(longest)} ms, ${drawn} blocks drawn\n`)

  // It is left while it scrolls to what was found: events and frames come when the log is gone.
  await output.evaluate((box) => {
    box.scrollTop = 0
    const field = document.querySelector<HTMLInputElement>('search input')
    if (field === null) throw new Error('nothing is searched')
    field.value = 'step     13 '
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    document.querySelector<HTMLElement>('nav a[href$="/data"]')?.click()
  })
  await expect(pages.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()
})

test('charts are smoothed, zoomed together, looked at alone, and saved', async ({ pages, owner }) => {
  await show(pages, owner, 'charts', 'drawn')
  await pages.getByRole('link', { name: /^Charts/ }).click()
  const loss = pages.getByRole('figure').filter({ has: pages.getByRole('heading', { name: 'loss', exact: true }) })
  await expect(loss.getByRole('img', { name: /4,000 points/ })).toBeVisible()
  await expect(loss.locator('canvas')).toBeVisible()

  const slider = pages.getByRole('slider', { name: 'Smooth' })
  await slider.fill('0.9')
  await expect(loss.getByText('smoothed 0.9')).toBeVisible()
  expect(pages.url()).toContain('smooth%3D0.9')

  await pages.getByRole('button', { name: 'Log y' }).click()
  await expect(pages.getByText(/values? ≤ 0 not shown/).first()).toBeVisible()

  const margin = pages.getByRole('figure').filter({ has: pages.getByRole('heading', { name: 'margin' }) })
  const place = async () => (await margin.locator('.plot').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const { x, y, width, height } = await place()
  await pages.mouse.move(x + width * 0.4, y + height / 2)
  await expect(loss.locator('.cursor')).toBeVisible()
  await inBothThemes(pages, 'charts')
  await pages.mouse.down()
  await pages.mouse.move(x + width * 0.6, y + height / 2, { steps: 4 })
  await pages.mouse.up()
  await expect(pages.getByRole('button', { name: 'Reset zoom' })).toBeVisible()
  await pages.reload()
  await expect(pages.getByRole('button', { name: 'Log y' })).toHaveAttribute('aria-pressed', 'true')
  await expect(slider).toHaveValue('0.9')
  await pages.getByRole('button', { name: 'Log y' }).click()
  await inBothThemes(pages, 'zoomed')
  await pages.getByRole('button', { name: 'Reset zoom' }).click()
  await expect(pages.getByRole('button', { name: 'Reset zoom' })).toBeHidden()

  await pages.getByRole('button', { name: 'More for loss' }).focus()
  await pages.keyboard.press('Enter')
  await expect(pages.getByRole('menuitem', { name: 'Full size' })).toBeFocused()
  await pages.keyboard.press('Enter')
  await expect(pages.getByRole('figure')).toHaveCount(1)
  await inBothThemes(pages, 'full')

  for (const kind of ['PNG', 'SVG', 'CSV', 'HTML']) {
    await pages.getByRole('button', { name: 'More for loss' }).click()
    const waiting = pages.waitForEvent('download')
    await pages.getByRole('menuitem', { name: `Save as ${kind}` }).click()
    const file = await waiting
    expect(file.suggestedFilename()).toBe(`loss.${kind.toLowerCase()}`)
    const saved = await readFile(await file.path())
    if (process.env['VARVE_PICTURES'] !== undefined) await file.saveAs(join(process.env['VARVE_PICTURES'], file.suggestedFilename()))
    if (kind === 'PNG') expect(saved.subarray(1, 4).toString()).toBe('PNG')
    if (kind === 'SVG') expect(saved.toString()).toContain('train_loss')
    if (kind !== 'CSV') continue
    const rows = saved.toString().trimEnd().split('\r\n')
    expect(rows[0]).toBe('step,train_loss,val_loss')
    expect(rows).toHaveLength(4001)
    expect(rows[1001]).toMatch(/^1000,[\d.e-]+,NaN$/)
  }
  await pages.keyboard.press('Escape')
  await expect(pages.getByRole('figure')).not.toHaveCount(1)
})

test('artifacts of every kind are looked at, and none of them does anything', async ({ pages, owner }) => {
  await show(pages, owner, 'files', 'filed')
  await pages.getByRole('link', { name: /^Artifacts/ }).first().click()
  const contents = pages.getByRole('region', { name: 'Contents' })
  const look = (name: string) => pages.getByRole('treeitem', { name }).click()

  await look('table.csv')
  await expect(contents.getByRole('region', { name: 'Columns' }).getByRole('row', { name: /^value number/ })).toBeVisible()
  await expect(contents.getByRole('cell', { name: 'wine, "no. 3"' })).toBeVisible()
  await expect(contents.getByRole('heading', { name: 'The first 500 rows' })).toBeVisible()
  await expect(contents.getByRole('region', { name: 'Rows' }).getByRole('row')).toHaveCount(501)
  await inBothThemes(pages, 'table')

  await look('study.ipynb')
  await expect(contents.getByRole('heading', { name: 'Notebook' })).toBeVisible()
  await expect(contents.getByRole('img')).toBeVisible()
  await expect(contents).toContainText('An output is not shown here (text/html).')
  await inBothThemes(pages, 'notebook')

  await look('report.html')
  await expect(contents.frameLocator('iframe').getByRole('heading', { name: 'Report' })).toBeVisible()
  await expect(contents.frameLocator('iframe').locator('body')).not.toContainText('SCRIPT RAN')
  expect(await pages.title()).not.toBe('ran')

  await look('notes.md')
  await expect(contents.getByRole('cell', { name: '2' })).toBeVisible()
  await look('summary.json')
  await contents.getByText('many').click()
  await contents.getByRole('button', { name: '100 more' }).click()
  await inBothThemes(pages, 'json')
  await look('numbers.json')
  await expect(contents).toContainText('12345678901234567890')
  await look('plain.txt')
  await expect(contents.locator('.numbers')).toContainText('120')
  await look('large.txt')
  await expect(contents).toContainText('The first 1.00 MiB of 2.43 MiB.')
  await look('model.pkl')
  await expect(contents).toContainText('There is none for this kind of file.')
  await inBothThemes(pages, 'binary')
})
