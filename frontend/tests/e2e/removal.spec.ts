import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, violations } from './test'

test('versions and data sets are removed and brought back, by mouse and by the toast', async ({ pages, owner }) => {
  const folder = join(owner.home, 'wine')
  await mkdir(folder)
  for (const text of ['a;b\n', 'a;b\n1;2\n']) {
    await writeFile(join(folder, 'wine.csv'), text)
    await owner.command('data', 'add', 'wine', folder)
  }
  const versions = pages.getByRole('region', { name: 'Versions, newest on top' })

  await test.step('a version goes, and the toast brings it back', async () => {
    await pages.goto(`${owner.address}/#/data`)
    await pages.getByRole('link', { name: 'wine' }).first().click()
    await versions.getByRole('link', { name: /Version 1/ }).click({ button: 'right' })
    await pages.getByRole('menuitem', { name: 'Remove' }).click()
    await expect(pages.getByRole('region', { name: 'Notices' }).getByText('Version 1 of wine is removed.')).toBeVisible()
    await expect(versions.getByRole('link', { name: /Version 1/ })).toBeHidden()
    await pages.getByRole('button', { name: 'Undo' }).click()
    await expect(versions.getByRole('link', { name: /Version 1/ })).toBeVisible()
  })

  await test.step('later it is found below the others', async () => {
    await versions.getByRole('link', { name: /Version 2/ }).click({ button: 'right' })
    await pages.getByRole('menuitem', { name: 'Remove' }).click()
    await expect(versions.getByRole('link', { name: /Version 2/ })).toBeHidden()
    await versions.getByText('Removed: 1 version').click()
    expect(await violations(pages)).toEqual([])
    await versions.getByRole('button', { name: 'Bring back version 2' }).click()
    await expect(versions.getByRole('link', { name: /Version 2/ })).toBeVisible()
    await expect(versions.getByText(/^Removed/)).toBeHidden()
  })

  await test.step('the last one goes only with its data set', async () => {
    await owner.command('data', 'remove', 'wine@2')
    await expect(versions.getByRole('link', { name: /Version 2/ })).toBeHidden()
    await versions.getByRole('link', { name: /Version 1/ }).click({ button: 'right' })
    await pages.getByRole('menuitem', { name: 'Remove' }).click()
    await expect(pages.getByRole('region', { name: 'Notices' }).getByText(/Remove the data set itself|is the only one/).first()).toBeVisible()
  })

  await test.step('so does a data set, and comes back', async () => {
    await pages.goto(`${owner.address}/#/data`)
    await pages.getByRole('link', { name: 'wine' }).click({ button: 'right' })
    await pages.getByRole('menuitem', { name: 'Remove' }).click()
    await expect(pages.getByText('No data yet')).toBeVisible()
    await pages.getByText('Removed: 1 data set').click()
    await pages.getByRole('button', { name: 'Bring back wine' }).click()
    await expect(pages.getByRole('link', { name: 'wine' })).toBeVisible()
    await expect(pages.getByText(/^Removed/)).toBeHidden()
  })
})
