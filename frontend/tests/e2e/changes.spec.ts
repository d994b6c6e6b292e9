import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Owner } from './owner'
import { expect, test, violations } from './test'

/** Three versions of a folder: what is added, removed, changed and moved, and then one line more. */
async function layDown(owner: Owner, name: string): Promise<void> {
  const folder = join(owner.home, name)
  const add = () => owner.command('data', 'add', name, folder)
  await mkdir(join(folder, 'raw'), { recursive: true })
  await writeFile(join(folder, 'wine.csv'), 'acid;sugar\n1;2\n3;4\n')
  await writeFile(join(folder, 'old.csv'), 'long enough to be told apart\n')
  await writeFile(join(folder, 'raw', 'notes.txt'), 'bye\n')
  await writeFile(join(folder, 'raw', 'photo.bin'), Buffer.from([1, 0, 2]))
  await writeFile(join(folder, 'run.sh'), 'true\n')
  await add()
  await writeFile(join(folder, 'wine.csv'), 'acid;sugar\n1;2\n3;5\n')
  await writeFile(join(folder, 'more.csv'), 'x'.repeat(2000))
  await rename(join(folder, 'old.csv'), join(folder, 'raw', 'old.csv'))
  await rm(join(folder, 'raw', 'notes.txt'))
  await writeFile(join(folder, 'raw', 'photo.bin'), Buffer.from([1, 0, 3]))
  await chmod(join(folder, 'run.sh'), 0o755)
  await add()
  await writeFile(join(folder, 'wine.csv'), 'acid;sugar\n1;2\n3;5\n6;7\n')
  await add()
}

async function visit(page: Page, owner: Owner, name: string): Promise<void> {
  await page.goto(`${owner.address}/#/data`)
  await page.getByRole('row').getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

const changed = (page: Page) => page.getByRole('region', { name: 'What differs, by path' })

const compared = (page: Page) => page.getByRole('region', { name: /^Version/ }).getByRole('heading', { level: 2 })

test('a version shows what it changed, file by file and line by line', async ({ pages, owner }) => {
  await layDown(owner, 'wine')
  await visit(pages, owner, 'wine')

  await test.step('the newest is compared with the one before it', async () => {
    await expect(pages.getByRole('link', { name: 'Changes' })).toHaveAttribute('aria-current', 'page')
    await expect(compared(pages)).toHaveText(['Version 2', 'Version 3'])
    await expect(changed(pages).getByRole('row')).toHaveCount(2)
    await expect(changed(pages).getByRole('row', { name: 'Changed wine.csv' })).toContainText('19 B → 23 B')
  })

  await test.step('the time line sums up', async () => {
    await expect(pages.getByRole('link', { name: /Version 3.*1 file changed, \+4 B/s })).toBeVisible()
    await expect(pages.getByRole('link', { name: /Version 2.*\+1 −1 files, 3 changed, 1 moved, \+1\.95 KiB/s })).toBeVisible()
    await expect(pages.getByRole('link', { name: /Version 1.*5 files, 60 B/s })).toBeVisible()
  })

  await test.step('a version in the middle has every kind', async () => {
    await pages.getByRole('link', { name: /Version 2/ }).click()
    await expect(changed(pages).getByRole('row')).toHaveCount(7)
    for (const name of ['Added more.csv 1.95 KiB', 'Changed raw/photo.bin 3 B', 'Moved raw/old.csv from old.csv 29 B', 'Removed raw/notes.txt 4 B', 'Changed run.sh permissions 644 → 755 5 B', 'Changed wine.csv 19 B']) {
      await expect(changed(pages).getByRole('row', { name, exact: true })).toBeVisible()
    }
    for (const figure of [/\+1\s*file added/, /−1\s*file removed/, /3\s*files changed/, /1\s*file moved/, /\+1\.95 KiB\s*in size/]) {
      await expect(pages.getByRole('region', { name: 'Version 2', exact: true })).toContainText(figure)
    }
    expect(await violations(pages)).toEqual([])
  })

  await test.step('text is opened by keys, and what is none says so', async () => {
    await changed(pages).getByRole('button', { name: 'wine.csv' }).focus()
    await pages.keyboard.press('Enter')
    await changed(pages).getByRole('button', { name: 'Lines' }).click()
    const lines = pages.getByRole('region', { name: 'Difference in wine.csv' })
    await expect(lines).toContainText('gone: 3;4')
    await expect(lines).toContainText('new: 3;5')
    await changed(pages).getByRole('button', { name: 'raw/photo.bin' }).click()
    await expect(changed(pages).getByText('is not text')).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await pages.keyboard.press('Enter')
    await expect(changed(pages).getByText('is not text')).toBeHidden()
  })

  await test.step('another version can be chosen, and the address keeps it', async () => {
    await pages.getByRole('link', { name: /Version 3/ }).click()
    await pages.getByRole('button', { name: 'Other versions' }).click()
    await pages.getByRole('menu', { name: 'Compare with' }).getByRole('menuitem', { name: 'Version 1' }).click()
    await expect(compared(pages)).toHaveText(['Version 1', 'Version 3'])
    await expect(changed(pages).getByRole('row')).toHaveCount(7)
    await expect(pages.getByRole('link', { name: /Version 1\s*, compared with/ })).toBeVisible()
    await pages.reload()
    await expect(compared(pages)).toHaveText(['Version 1', 'Version 3'])
  })

  await test.step('files are beside it, and of the first version there is nothing else', async () => {
    await pages.getByRole('link', { name: /^Files/ }).click()
    await pages.getByRole('button', { name: 'raw' }).click()
    await expect(pages.getByRole('cell', { name: 'old.csv' })).toBeVisible()
    await pages.getByRole('link', { name: 'Changes' }).click()
    await expect(changed(pages)).toBeVisible()
    await pages.getByRole('link', { name: /Version 1/ }).click()
    await expect(pages.getByRole('cell', { name: 'old.csv' })).toBeVisible()
    await expect(pages.getByRole('link', { name: 'Changes' })).toBeHidden()
  })
})

test('in the dark, the colours of what came and went can be read', async ({ pages, owner }) => {
  await layDown(owner, 'dark')
  await pages.emulateMedia({ colorScheme: 'dark' })
  await visit(pages, owner, 'dark')
  await pages.getByRole('link', { name: /Version 2/ }).click()
  await changed(pages).getByRole('button', { name: 'wine.csv' }).click()
  await changed(pages).getByRole('button', { name: 'Lines' }).click()
  await expect(pages.getByRole('region', { name: 'Difference in wine.csv' })).toContainText('new: 3;5')
  expect(await violations(pages)).toEqual([])
})
