import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, row, test, violations } from './test'

test.beforeAll(async ({ owner }) => {
  for (const rate of [0.3, 0.1, 0.2]) await owner.train({ rate, steps: 3 }, `rate ${rate}`, 'wine/little')
})

test('two chosen runs stand beside each other by a key, and back brings the choice back', async ({ pages }) => {
  await expect(row(pages, 'rate 0.2')).toBeVisible()
  await pages.getByRole('grid').focus()
  await pages.keyboard.press('Space')
  const compare = pages.getByRole('region', { name: 'Chosen runs' }).getByRole('button', { name: /^Compare/ })
  await expect(compare).toBeDisabled()
  await pages.keyboard.press('Shift+ArrowDown')
  await expect(compare).toBeEnabled()
  await pages.keyboard.press('c')

  await expect(pages.getByRole('heading', { level: 1, name: 'Compare 2 of 3' })).toBeVisible()
  const table = pages.getByRole('region', { name: 'Runs beside each other' })
  await expect(table.getByRole('columnheader', { name: /rate 0.2/ })).toContainText('baseline')
  await expect(table.getByRole('row', { name: /^rate/ })).toContainText('0.1')
  // The number of steps is the same, and steps back.
  await expect(table.getByRole('rowheader', { name: 'steps', exact: true })).toHaveCount(0)
  await pages.getByLabel('Only what differs').uncheck()
  await expect(table.getByRole('rowheader', { name: 'steps', exact: true })).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await pages.emulateMedia({ colorScheme })
    expect(await violations(pages)).toEqual([])
  }

  await expect(pages.getByRole('region', { name: 'Code', exact: true })).toContainText('all the same')

  await table.getByRole('button', { name: 'More for rate 0.1' }).click()
  await pages.getByRole('menuitem', { name: 'Make it the baseline' }).click()
  await expect(table.getByRole('columnheader', { name: /rate 0.1/ })).toContainText('baseline')
  await expect(pages).toHaveURL(/base=/)
  // The order is another matter.
  await table.getByRole('button', { name: 'More for rate 0.1' }).click()
  await pages.getByRole('menuitem', { name: 'Move left' }).click()
  await expect(table.getByRole('columnheader').nth(1)).toContainText('rate 0.1')
  await pages.goBack()
  await expect(pages.getByText('2 runs chosen')).toBeVisible()
})

test('the menu of a row means that row, or what is chosen; a tag can be taken back', async ({ pages }) => {
  await row(pages, 'rate 0.3').click({ button: 'right' })
  const menu = pages.getByRole('menu', { name: 'This run' })
  expect(await violations(pages)).toEqual([])
  await expect(menu.getByRole('menuitem')).toHaveText([
    /^Open/,
    /^(Show|Hide) in charts/,
    /^Tag/,
    /^Move to experiment/,
    /^Copy to experiment/,
    /^Copy the name/,
    /^Copy the id/,
    /^Copy the rows/,
    /^Export these runs/,
    /^Move to trash/,
  ])
  await pages.keyboard.press('t')
  await pages.keyboard.press('Enter')
  await pages.getByLabel('Name').fill('paper')
  await pages.getByLabel(/^Value/).fill('figure 2')
  await pages.keyboard.press('Enter')
  await expect(pages.getByText('1 run tagged paper').last()).toBeVisible()
  await row(pages, 'rate 0.3').getByRole('link').click()
  await expect(pages.getByRole('button', { name: 'paper figure 2' })).toBeVisible()
  await pages.keyboard.press('Control+z')
  await expect(pages.getByRole('button', { name: 'paper figure 2' })).toHaveCount(0)

  await pages.goBack()
  await pages.getByRole('checkbox', { name: /all/i }).click()
  await row(pages, 'rate 0.1').click({ button: 'right' })
  await expect(pages.getByRole('menu', { name: '3 runs' }).getByRole('menuitem', { name: /^Compare/ })).toBeVisible()
  await pages.keyboard.press('Escape')
  await expect(pages.getByRole('menu')).toHaveCount(0)
  await expect(pages.getByText('3 runs chosen')).toBeVisible()
})

test('a link to runs that are not here says so', async ({ pages, owner }) => {
  await pages.goto(`${owner.address}/#/compare?run=0123456789abcdef0123456789abcdef&run=x`)
  await expect(pages.getByRole('heading', { name: 'There are fewer than two runs to compare' })).toBeVisible()
  await expect(pages.getByText('2 runs are not in this workspace any more.')).toBeVisible()
})

test('a changed line of a project is the difference between two runs', async ({ pages, owner }) => {
  const file = join(owner.project, 'train.py')
  const before = await readFile(file, 'utf8')
  await owner.train({ rate: 0.2, steps: 3 }, 'as it was', 'wine/changed')
  try {
    await writeFile(file, `${before}\n# one more line\n`)
    await owner.train({ rate: 0.2, steps: 3 }, 'changed', 'wine/changed')
  } finally {
    await writeFile(file, before)
  }
  await pages.getByLabel('Filter runs').fill('experiment = "wine/changed"')
  await pages.keyboard.press('Enter')
  await expect(row(pages, 'rate 0.1')).toBeHidden()
  await expect(row(pages, 'as it was')).toBeVisible()
  await pages.getByRole('grid').focus()
  await pages.keyboard.press('Space')
  await pages.keyboard.press('Shift+ArrowDown')
  await pages.keyboard.press('c')
  const code = pages.getByRole('region', { name: 'Code', exact: true })
  await expect(code).toContainText('# one more line')
  await expect(code).toContainText(/content [0-9a-f]+ → content [0-9a-f]+/)
})
