import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, violations } from './test'

test('over a folder that is not empty, the sheet first shows what would be overwritten', async ({ pages, owner }) => {
  const folder = join(owner.home, 'wine')
  await mkdir(join(folder, 'by year'), { recursive: true })
  await writeFile(join(folder, 'wine.csv'), 'a;b\n1;2\n')
  await writeFile(join(folder, 'readme.txt'), 'wines\n')
  await writeFile(join(folder, 'by year', '2015.csv'), 'x\n')
  await owner.command('data', 'add', 'wine', folder)
  const mine = join(owner.home, 'mine')
  await mkdir(mine)
  await writeFile(join(mine, 'wine.csv'), 'a;b\n9;9\n')
  await writeFile(join(mine, 'readme.txt'), 'wines\n')
  await writeFile(join(mine, 'notes.txt'), 'my notes\n')

  await pages.getByRole('link', { name: 'Data' }).first().click()
  await pages.getByRole('link', { name: 'wine' }).first().click()
  const restore = pages.getByRole('button', { name: 'Restore…' })
  const sheet = pages.getByRole('dialog', { name: 'Restore wine, version 1' })
  const dest = sheet.getByLabel('Into this folder')

  await test.step('counts and names, and nothing is done yet', async () => {
    await restore.click()
    await dest.fill(mine)
    const will = sheet.getByRole('region', { name: 'What will happen' })
    await expect(will).toContainText('This folder is not empty')
    await expect(will.locator('dl')).toHaveText(/Overwritten\s*1 file, 8 B\s*wine\.csv\s*New\s*1 file, 2 B\s*by year\/2015\.csv\s*The same already\s*1 file, 6 B\s*Left alone\s*1 file, 9 B/)
    expect(await violations(pages)).toEqual([])
    expect(await readFile(join(mine, 'wine.csv'), 'utf8')).toBe('a;b\n9;9\n')
  })

  await test.step('then it is done, and the rest is left alone', async () => {
    await sheet.getByRole('button', { name: 'Restore over it' }).click()
    const progress = pages.getByRole('region', { name: 'Progress' })
    await expect(progress.getByRole('listitem').first()).toContainText('1 file new, 1 file overwritten, 1 file the same already')
    expect(await readFile(join(mine, 'wine.csv'), 'utf8')).toBe('a;b\n1;2\n')
    expect(await readFile(join(mine, 'notes.txt'), 'utf8')).toBe('my notes\n')
    // The look is part of the sheet, no work of its own.
    await expect(progress.getByRole('listitem').filter({ hasText: 'Compare' })).toHaveCount(0)
  })

  await test.step('again, there is nothing to do', async () => {
    await restore.click()
    await dest.fill(mine)
    await expect(sheet.getByText('All 3 files of this version are in this folder already')).toBeVisible()
    await expect(sheet.getByRole('button', { name: 'Restore', exact: true })).toBeDisabled()
    await dest.fill(join(owner.home, 'new'))
    await expect(sheet.getByRole('button', { name: 'Restore', exact: true })).toBeEnabled()
  })

  await test.step('a link in the way is named, and not followed', async () => {
    const trap = join(owner.home, 'trap')
    await mkdir(trap)
    await symlink(mine, join(trap, 'by year'))
    await dest.fill(trap)
    await expect(sheet.getByText('“by year” is a link there, and a folder in the version')).toBeVisible()
    await expect(sheet.getByRole('button', { name: 'Restore', exact: true })).toBeDisabled()
  })
})

test('what .varveignore leaves out is said before it is added, and after', async ({ pages, owner }) => {
  const folder = join(owner.home, 'images')
  await mkdir(join(folder, 'cache'), { recursive: true })
  await writeFile(join(folder, '.varveignore'), '*.tmp\n/cache/\n')
  for (const name of ['a.png', 'b.tmp', 'cache/x', 'cache/y']) await writeFile(join(folder, name), name)
  await pages.keyboard.press('Control+o')
  const sheet = pages.getByRole('dialog')
  await sheet.getByLabel('File or folder').fill(folder)
  await expect(sheet.getByText('Makes a new data set images: 2 files.')).toBeVisible()
  await expect(sheet.getByText('3 files left out by .varveignore.')).toBeVisible()
  expect(await violations(pages)).toEqual([])
  await sheet.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(pages.getByRole('region', { name: 'Progress' }).getByRole('listitem').filter({ hasText: 'images has version 1. 3 files left out by .varveignore.' })).toBeVisible()
})
