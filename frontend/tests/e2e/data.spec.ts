import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, violations } from './test'

test('a folder becomes version 1 and, changed, version 2; both can be restored', async ({ pages, owner }) => {
  const folder = join(owner.home, 'wine "quality"')
  await mkdir(join(folder, 'by year'), { recursive: true })
  await writeFile(join(folder, 'wine.csv'), 'a;b\n1;2\n')
  await writeFile(join(folder, 'by year', '2015.csv'), 'x\n')

  await test.step('the sheet says what will happen before it does', async () => {
    await pages.keyboard.press('Control+o')
    const sheet = pages.getByRole('dialog')
    await expect(sheet.getByLabel('File or folder')).toBeFocused()
    await sheet.getByLabel('File or folder').fill(join(owner.home, 'not there'))
    await expect(sheet.locator('.will .wrong')).toBeVisible()
    await expect(sheet.getByRole('button', { name: 'Add', exact: true })).toBeDisabled()
    await sheet.getByLabel('File or folder').fill(folder)
    await expect(sheet.getByText('Makes a new data set')).toBeVisible()
    await sheet.getByLabel('Name').fill('wine')
    await expect(sheet.getByText('Makes a new data set wine')).toBeVisible()
    await sheet.getByLabel('What changed').fill('As received')
    await sheet.getByRole('button', { name: 'Add', exact: true }).click()
  })

  await test.step('its page shows the version and its files', async () => {
    await pages.getByRole('region', { name: 'Progress' }).getByRole('listitem').filter({ hasText: 'wine has version 1' }).getByRole('link', { name: 'Open' }).click()
    await expect(pages.getByRole('heading', { level: 1, name: 'wine' })).toBeVisible()
    await expect(pages.getByRole('link', { name: /Version 1.*As received.*2 files/s })).toBeVisible()
    await pages.getByRole('button', { name: 'by year' }).click()
    await expect(pages.getByRole('cell', { name: '2015.csv' })).toBeVisible()
    await pages.goBack()
    await expect(pages.getByRole('cell', { name: 'wine.csv' })).toBeVisible()
  })

  await test.step('added again after a change, it is version 2', async () => {
    await writeFile(join(folder, 'wine.csv'), 'a;b\n1;2\n3;4\n')
    await pages.getByRole('button', { name: 'Add version 2' }).click()
    const sheet = pages.getByRole('dialog', { name: 'Add a version of wine' })
    await sheet.getByLabel('File or folder').fill(folder)
    await expect(sheet.getByText('Makes version 2 of wine')).toBeVisible()
    await sheet.getByLabel('What changed').fill('One more bottle')
    await sheet.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(pages.getByRole('link', { name: /Version 2.*One more bottle/s })).toBeVisible()
  })

  await test.step('version 1 comes back as it was', async () => {
    await pages.getByRole('link', { name: /Version 1/ }).click()
    await pages.getByRole('button', { name: 'Restore…' }).click()
    const sheet = pages.getByRole('dialog', { name: 'Restore wine, version 1' })
    await sheet.getByLabel('Into this folder').fill(join(owner.home, 'again'))
    await sheet.getByRole('button', { name: 'Restore' }).click()
    await expect(pages.getByRole('region', { name: 'Progress' }).getByRole('listitem').first()).not.toContainText('Cancel')
    await expect.poll(() => readdir(join(owner.home, 'again')).catch(() => [])).toEqual(['by year', 'wine.csv'])
    await expect.poll(() => owner.read('again/wine.csv')).toBe('a;b\n1;2\n')
  })

  await test.step('of a folder that is not empty it is said first what would be overwritten', async () => {
    await pages.getByRole('button', { name: 'Restore…' }).click()
    const sheet = pages.getByRole('dialog')
    await sheet.getByLabel('Into this folder').fill(folder)
    await expect(sheet.getByText(/not empty/)).toBeVisible()
    await sheet.getByRole('button', { name: 'Cancel' }).click()
  })

  await test.step('a data set has a menu', async () => {
    await pages.goto(`${owner.address}/#/data`)
    await pages.getByRole('row', { name: /wine/ }).getByRole('link').click({ button: 'right' })
    const menu = pages.getByRole('menu', { name: 'wine' })
    await expect(menu.getByRole('menuitem')).toHaveText(['Open', 'Add a version', 'Verify its versions', 'Copy the name', 'Remove'])
    expect(await violations(pages)).toEqual([])
    await menu.getByRole('menuitem', { name: 'Add a version' }).click()
    await expect(pages.getByRole('dialog', { name: 'Add a version of wine' })).toBeVisible()
    await pages.keyboard.press('Escape')
  })
})

test('a single file is a data set, too, and its page names it', async ({ pages, owner }) => {
  const file = join(owner.home, 'depths.csv')
  await writeFile(file, 'depth,grey\n1,2\n')
  await pages.keyboard.press('Control+o')
  const sheet = pages.getByRole('dialog')
  await sheet.getByLabel('File or folder').fill(file)
  await expect(sheet.getByText('Makes a new data set')).toBeVisible()
  await sheet.getByRole('button', { name: 'Add', exact: true }).click()
  // Its own line: those of earlier tests have such links, too.
  await pages.getByRole('region', { name: 'Progress' }).getByRole('listitem').filter({ hasText: 'depths has version 1' }).getByRole('link', { name: 'Open' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'depths' })).toBeVisible()
  await expect(pages.getByRole('cell', { name: 'depths.csv' })).toBeVisible()
})

test('names that are not text are shown and opened all the same', async ({ pages, owner }) => {
  const old = join(owner.home, 'old')
  const latin1 = Buffer.concat([Buffer.from(`${old}/caf`), Buffer.from([0xe9])])
  await mkdir(latin1, { recursive: true })
  await writeFile(Buffer.concat([latin1, Buffer.from('/menu.txt')]), 'soup')
  await owner.command('data', 'add', 'old', old)
  await pages.getByRole('link', { name: 'Data' }).first().click()
  await pages.getByRole('link', { name: 'old' }).first().click()
  await pages.getByRole('button', { name: 'caf\\xe9' }).click()
  await expect(pages.getByRole('cell', { name: 'menu.txt' })).toBeVisible()
})

test('what is dropped on a browser has no path: a sheet says what to do instead', async ({ pages }) => {
  const dataTransfer = await pages.evaluateHandle(() => {
    const carried = new DataTransfer()
    carried.items.add(new File(['x'], 'wine.csv'))
    return carried
  })
  await pages.dispatchEvent('main', 'dragenter', { dataTransfer })
  await expect(pages.getByText('Let go to add data')).toBeVisible()
  await pages.dispatchEvent('main', 'drop', { dataTransfer })
  await expect(pages.getByRole('dialog', { name: 'Add data' })).toBeVisible()
  await expect(pages.getByText(/Paste its path instead/).last()).toBeVisible()
})

test('what was done is remembered across a restart; a damaged record says so on every page, and where', async ({ page, owner }) => {
  // By itself, so that it does not depend on what was done before.
  await writeFile(join(owner.home, 'kept.csv'), 'a;b\n')
  await owner.command('data', 'add', 'kept', join(owner.home, 'kept.csv'))
  await owner.end()
  const journal = join(owner.home, 'lake-lab', 'journal')
  const [device = ''] = await readdir(journal)
  const log = join(journal, device, '00000001.log')
  const bytes = await readFile(log)
  bytes.writeUInt8(bytes.readUInt8(400) ^ 1, 400)
  await writeFile(log, bytes)
  await owner.serve()
  await page.goto(await owner.link())
  await page.getByText('Part of the record cannot be read').click()
  await expect(page.getByRole('listitem').filter({ hasText: '00000001.log' })).toBeVisible()
  await page.keyboard.press('j')
  await expect(page.getByRole('region', { name: 'Progress' })).toContainText('Add kept')
  expect(await violations(page)).toEqual([])
})
