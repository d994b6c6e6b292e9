import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, row, test, violations } from './test'

test('a newcomer: the sample, its chart, its artifacts, other values, other data', async ({ pages, owner }) => {
  await test.step('the sample is laid beside the workspace', async () => {
    await pages.goto(`${owner.address}/#/home`)
    await pages.getByRole('button', { name: /Try the sample/ }).focus()
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('heading', { level: 1, name: 'wine-sample' })).toBeVisible()
    await expect(pages.getByRole('region', { name: 'README' })).toContainText('How good is a wine?')
  })

  await test.step('it runs with nothing but Python, and its chart grows', async () => {
    await pages.keyboard.press('Control+Enter')
    await expect(pages.getByRole('img', { name: /^rmse by step/ })).toBeVisible({ timeout: 60_000 })
    await expect(pages.getByText('Finished', { exact: true })).toBeVisible({ timeout: 60_000 })
    await expect(pages.getByRole('complementary', { name: 'Facts of this run' })).toContainText('wine-sample')
    expect(await violations(pages)).toEqual([])
  })

  await test.step('what it made can be looked at', async () => {
    await pages.keyboard.press('4')
    await pages.getByRole('treeitem', { name: /guesses.svg/ }).click()
    await expect(pages.getByRole('img', { name: 'guesses.svg' })).toBeVisible()
    await pages.getByRole('treeitem', { name: /model.json/ }).click()
    await expect(pages.getByRole('region', { name: 'Contents' })).toContainText('alcohol')
  })

  await test.step('other values, several at once', async () => {
    await pages.goto(`${owner.address}/#/project?path=${encodeURIComponent(join(owner.home, 'Varve sample'))}`)
    await pages.getByLabel('learning_rate').fill('0.02, 0.5')
    await pages.getByLabel('rounds').fill('10')
    await pages.keyboard.press('Control+Enter')
    await expect(row(pages, 'learning_rate 0.5')).toBeVisible({ timeout: 60_000 })
    await expect(pages.getByText('3 runs', { exact: true }).last()).toBeVisible()
  })

  await test.step('other data is another version, and the run says which', async () => {
    const data = join(owner.home, 'Varve sample', 'wine-quality.csv')
    const lines = (await readFile(data, 'utf8')).split('\n')
    await writeFile(data, lines.slice(0, 2000).join('\n') + '\n')
    await pages.keyboard.press('Control+o')
    await pages.keyboard.type(data)
    const name = pages.getByRole('dialog').getByLabel('Name')
    await expect(name).toHaveValue('wine-quality')
    await name.fill('wine-sample')
    await expect(pages.getByText('Makes version 2 of wine-sample.')).toBeVisible()
    await name.press('Enter')
    await expect(pages.getByRole('region', { name: 'Progress' })).toContainText('wine-sample has version 2')
    await owner.command('run', join(owner.home, 'Varve sample'), '-P', 'rounds=3', '--run-name', 'fewer wines')
    await pages.goto(`${owner.address}/#/runs`)
    await expect(row(pages, 'fewer wines')).toContainText('v2')
  })
})
