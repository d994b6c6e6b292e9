import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import { expect, row, test, violations } from './test'

/** Goes on with Tab until something has the focus, as somebody without a pointer does. */
async function tabTo(pages: Page, there: Locator): Promise<void> {
  await expect(there).toBeVisible()
  for (let i = 0; i < 80; i++) {
    if (await there.evaluate((e) => e === document.activeElement)) return
    await pages.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${there.toString()}`)
}

/** Does something by its name: Ctrl K, the name, Enter. */
async function findOrDo(pages: Page, words: string): Promise<void> {
  await pages.keyboard.press('Control+k')
  await pages.keyboard.type(words)
  await expect(pages.getByRole('option', { selected: true })).toBeVisible()
  await pages.keyboard.press('Enter')
}

/** Writes a value into a field that has one already. */
async function write(pages: Page, field: Locator, value: string): Promise<void> {
  await tabTo(pages, field)
  await pages.keyboard.press('Control+a')
  await pages.keyboard.type(value)
}

const heading = (pages: Page, name: string | RegExp) => pages.getByRole('heading', { level: 1, name })

test('a newcomer, by keys alone: sample, chart, artifact, other data, other values, compare, trash, undo', async ({ pages, owner }) => {
  const sample = join(owner.home, 'Varve sample')

  await test.step('first start: three ways to begin, and the sample is laid beside the workspace', async () => {
    await pages.keyboard.press('g')
    await pages.keyboard.press('h')
    await expect(pages.getByRole('navigation', { name: 'Begin' })).toMatchAriaSnapshot(`
      - navigation "Begin":
        - button /Add data/
        - link /Open a project/
        - button /Try the sample/
    `)
    expect(await violations(pages)).toEqual([])
    await tabTo(pages, pages.getByRole('button', { name: /Try the sample/ }))
    await pages.keyboard.press('Enter')
    await expect(heading(pages, 'wine-sample')).toBeVisible()
    await expect(pages.getByRole('region', { name: 'README' })).toContainText('How good is a wine?')
  })

  await test.step('its form says what each field is; it runs with nothing but Python, and its chart grows', async () => {
    await expect(pages.getByRole('form', { name: /main/ })).toMatchAriaSnapshot(`
      - form "Run main":
        - region "Parameters of main":
          - heading "main" [level=2]
          - textbox "data file or folder"
          - textbox "learning_rate number"
          - textbox "rounds whole number"
          - combobox "record into experiment"
          - combobox /environment/
        - button /Run/
    `)
    await pages.keyboard.press('Control+Enter')
    await expect(pages.getByRole('img', { name: /^rmse by step/ })).toBeVisible({ timeout: 60_000 })
    await expect(pages.getByText('Finished', { exact: true })).toBeVisible({ timeout: 60_000 })
    await expect(pages.getByRole('complementary', { name: 'Facts of this run' })).toContainText('wine-sample')
    await expect(pages.getByRole('navigation', { name: 'Parts of this run' }).getByRole('link', { name: /Overview/ })).toHaveAttribute('aria-current', 'page')
    expect(await violations(pages)).toEqual([])
  })

  await test.step('what it made can be looked at', async () => {
    await pages.keyboard.press('4')
    const tree = pages.getByRole('tree')
    await expect(tree.getByRole('treeitem', { name: /model.json/ })).toBeVisible()
    while (!(await tree.evaluate((e) => e.contains(document.activeElement)))) await pages.keyboard.press('Tab')
    await pages.keyboard.press('Home')
    await expect(tree.getByRole('treeitem', { name: /guesses.svg/ })).toBeFocused()
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('img', { name: 'guesses.svg' })).toBeVisible()
    await pages.keyboard.press('ArrowDown')
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('region', { name: 'Contents' })).toContainText('alcohol')
  })

  await test.step('other data is another version', async () => {
    const data = join(sample, 'wine-quality.csv')
    const lines = (await readFile(data, 'utf8')).split('\n')
    await writeFile(data, lines.slice(0, 2000).join('\n') + '\n')
    await pages.keyboard.press('Control+o')
    const sheet = pages.getByRole('dialog', { name: 'Add data' })
    await expect(sheet.getByRole('textbox', { name: 'File or folder' })).toBeFocused()
    await pages.keyboard.type(data)
    const name = sheet.getByLabel('Name')
    await expect(name).toHaveValue('wine-quality')
    await write(pages, name, 'wine-sample')
    await expect(pages.getByText('Makes version 2 of wine-sample.')).toBeVisible()
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('region', { name: 'Progress' })).toContainText('wine-sample has version 2')
    await pages.keyboard.press('j')
  })

  await test.step('run again with another value; the run says which data it read', async () => {
    await findOrDo(pages, 'wine-sample project')
    await write(pages, pages.getByLabel('learning_rate'), '0.5')
    await write(pages, pages.getByLabel('rounds'), '10')
    await pages.keyboard.press('Control+Enter')
    await expect(pages.getByText('Finished', { exact: true })).toBeVisible({ timeout: 60_000 })
    await pages.keyboard.press('g')
    await pages.keyboard.press('r')
    await expect(pages.getByText('2 runs', { exact: true }).last()).toBeVisible()
    await expect(pages.getByRole('row').filter({ hasText: 'v2' })).toHaveCount(1)
    // And the other way: from the version to the run that used it.
    await pages.keyboard.press('g')
    await pages.keyboard.press('d')
    await tabTo(pages, pages.getByRole('link', { name: 'wine-sample', exact: true }))
    await pages.keyboard.press('Enter')
    await tabTo(pages, pages.getByRole('link', { name: '1 run', exact: true }))
    await pages.keyboard.press('Enter')
    await expect(pages.getByText('1 of 2 runs')).toBeVisible()
  })

  await test.step('several values at once', async () => {
    await findOrDo(pages, 'wine-sample project')
    await write(pages, pages.getByLabel('learning_rate'), '0.02, 0.3')
    await pages.keyboard.press('Control+Enter')
    await expect(row(pages, 'learning_rate 0.3')).toBeVisible({ timeout: 60_000 })
    await expect(pages.getByText('4 runs', { exact: true }).last()).toBeVisible()
  })

  await test.step('two chosen runs are compared: only what differs', async () => {
    const grid = pages.getByRole('grid')
    await tabTo(pages, grid)
    await pages.keyboard.press('Space')
    await pages.keyboard.press('Shift+ArrowDown')
    await expect(pages.getByRole('row', { selected: true })).toHaveCount(2)
    expect(await violations(pages)).toEqual([])
    await pages.keyboard.press('c')
    await expect(heading(pages, 'Compare 2 of 4')).toBeVisible()
    const table = pages.getByRole('region', { name: 'Runs beside each other' })
    await expect(table.getByRole('row', { name: /^learning_rate/ })).toMatchAriaSnapshot(`
      - row:
        - rowheader "learning_rate"
        - cell "0.3"
        - cell "0.02"
    `)
    await expect(table.getByRole('rowheader', { name: 'rounds' })).toHaveCount(0)
    expect(await violations(pages)).toEqual([])
  })

  await test.step('back, trash, undo', async () => {
    await pages.keyboard.press('Alt+ArrowLeft')
    await expect(pages.getByText('2 runs chosen')).toBeVisible()
    await pages.keyboard.press('Delete')
    await expect(pages.getByText('2 runs in the trash').last()).toBeVisible()
    await expect(pages.getByText('2 runs', { exact: true }).last()).toBeVisible()
    await pages.keyboard.press('Control+z')
    await expect(pages.getByText('4 runs', { exact: true }).last()).toBeVisible()
  })
})
