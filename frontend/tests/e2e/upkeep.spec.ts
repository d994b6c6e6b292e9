import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, violations } from './test'

test('data is verified; what is damaged is named, with the file that is to blame; and space is freed', async ({ pages, owner }) => {
  const folder = join(owner.home, 'wine')
  await mkdir(folder)
  await writeFile(join(folder, 'wine.csv'), 'a;b\n1;2\n')
  await owner.command('data', 'add', 'wine', folder)
  const progress = pages.getByRole('region', { name: 'Progress' })
  const find = async (what: string) => {
    await pages.keyboard.press('Control+k')
    await pages.getByRole('combobox', { name: 'Find or do' }).fill(what)
    await pages.getByRole('option', { name: what }).click()
  }

  await test.step('at first all is as it was', async () => {
    await pages.goto(`${owner.address}/#/data`)
    await expect(pages.getByRole('link', { name: 'wine' })).toBeVisible()
    await find('Verify all data')
    await expect(progress.getByText('1 file of 1 version verified, 8 B read. All is as it was laid down.')).toBeVisible()
    await find('Free space that nothing needs')
    await expect(progress.getByText(/^0 B freed; the record takes/)).toBeVisible()
  })

  await test.step('the aliases of a version stand beside its number', async () => {
    await owner.command('data', 'tag', 'wine@1', 'clean')
    await pages.getByRole('link', { name: 'wine' }).first().click()
    await expect(pages.getByRole('link', { name: /Version 1\s*clean/ })).toBeVisible()
    await expect(pages.getByRole('heading', { name: /Version 1\s*clean/ })).toBeVisible()
    await pages.goBack()
  })

  await test.step('a bit flips in a pack', async () => {
    await owner.end()
    const packs = join(owner.home, 'lake-lab', 'packs', 'data')
    const name = (await readdir(packs, { recursive: true })).find((file) => file.endsWith('.pack'))
    if (name === undefined) throw new Error('there is no pack')
    const bytes = await readFile(join(packs, name))
    const at = bytes.indexOf('a;b')
    expect(at).toBeGreaterThan(0)
    bytes[at] = 98
    await writeFile(join(packs, name), bytes)
    await owner.serve()
  })

  await test.step('the file is named, and where the damage is', async () => {
    await pages.reload()
    await pages.getByRole('link', { name: 'wine' }).click({ button: 'right' })
    await pages.getByRole('menuitem', { name: 'Verify its versions' }).click()
    await expect(progress.getByText('1 file of 1 version verified, 0 B read. 1 place damaged.')).toBeVisible()
    await progress.getByText('What is damaged, and why').click()
    await expect(progress.getByRole('list', { name: 'What is damaged' })).toContainText(/wine, version 1, wine\.csv:.*\.pack is damaged/)
    expect(await violations(pages)).toEqual([])
  })
})
