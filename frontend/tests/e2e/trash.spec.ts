import { expect, test, violations } from './test'

test('what lies in the trash is restored, or deleted for good after a word is typed', async ({ pages, owner }) => {
  for (const name of ['keep me', 'first try', 'second try']) await owner.train({ rate: 0.3 }, name)
  const ids = JSON.parse(await owner.command('runs', 'list', '--json')) as { info: { run_id: string; run_name: string } }[]
  for (const { info } of ids) if (info.run_name !== 'keep me') await owner.command('runs', 'delete', info.run_id)
  await owner.command('experiments', 'create', 'old things')
  await owner.command('experiments', 'delete', 'old things')

  await test.step('the menu of the workspace leads there', async () => {
    await pages.getByRole('button', { name: /, workspace$/ }).click()
    await pages.getByRole('menuitem', { name: 'Trash' }).click()
    await expect(pages.getByRole('heading', { level: 1 })).toHaveText('Trash')
    await expect(pages.getByRole('row')).toHaveCount(4)
    expect(await violations(pages)).toEqual([])
  })

  await test.step('one is restored', async () => {
    await pages.getByLabel('Select first try').check()
    await pages.getByRole('button', { name: 'Restore' }).click()
    await expect(pages.getByRole('row')).toHaveCount(3)
    await expect(pages.getByRole('region', { name: 'Notices' }).getByText('first try restored')).toBeVisible()
  })

  await test.step('the rest goes for good', async () => {
    await pages.getByRole('button', { name: 'Empty the trash…' }).click()
    const sheet = pages.getByRole('dialog')
    await expect(sheet).toContainText('1 experiment and 1 run')
    await expect(sheet).toContainText('become free')
    expect(await violations(pages)).toEqual([])
    const button = sheet.getByRole('button', { name: 'Delete for good' })
    await expect(button).toBeDisabled()
    await sheet.getByRole('textbox').fill('no')
    await expect(button).toBeDisabled()
    await sheet.getByRole('textbox').fill('purge')
    await button.click()
    await expect(pages.getByText('The trash is empty')).toBeVisible()
    await expect(pages.getByText(/Deleted 1 experiment and 1 run for good/).last()).toBeVisible()
    expect(await violations(pages)).toEqual([])
  })

  const left = JSON.parse(await owner.command('runs', 'list', '--json')) as { info: { run_name: string } }[]
  expect(left.map((run) => run.info.run_name).sort()).toEqual(['first try', 'keep me'])
})
