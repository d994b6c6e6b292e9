import { expect, row, test, violations } from './test'

test('experiments are renamed, moved by dragging, described, merged and thrown away, each with a way back', async ({ pages, owner }) => {
  await owner.train({ rate: 0.3 }, 'first try', 'wine')
  await owner.train({ rate: 0.1 }, 'second try', 'beer')
  await owner.command('experiments', 'create', 'archive/2025')
  const tree = pages.getByRole('navigation', { name: 'Places' })
  const line = (name: string) => tree.getByRole('listitem').filter({ has: pages.getByRole('link', { name: new RegExp(`^${name}( \\d+)?$`) }) })
  const told = (text: string) => expect(pages.getByRole('region', { name: 'Notices' }).getByText(text).last()).toBeVisible()
  const undo = () => pages.getByRole('button', { name: 'Undo' }).last().click()
  const menu = async (name: string, item: string) => {
    // What was named anew moves to its place in the tree: the pointer follows it.
    await expect(async () => {
      await line(name).hover()
      await line(name).getByRole('button', { name: `What can be done with ${name}` }).click({ timeout: 1000 })
    }).toPass()
    await pages.getByRole('menuitem', { name: item }).click()
  }
  await expect(line('wine')).toBeVisible()

  await test.step('another name', async () => {
    await menu('beer', 'Rename or move')
    const box = pages.getByRole('dialog').getByLabel('Name')
    await expect(box).toBeFocused()
    expect(await violations(pages)).toEqual([])
    await box.fill('wine')
    await box.press('Enter')
    await told('already exists')
    await box.fill('ale')
    await box.press('Enter')
    await expect(line('ale')).toBeVisible()
    await undo()
    await expect(line('beer')).toBeVisible()
  })

  await test.step('into a folder, and out again', async () => {
    await line('beer').dragTo(line('archive'))
    await told('beer is now archive/beer')
    await line('archive').dragTo(line('wine'))
    await told('archive is now wine/archive, with 2 experiments')
    await expect(pages.getByRole('link', { name: 'wine', exact: true })).toBeVisible()
    await line('archive').dragTo(tree.getByRole('heading', { name: 'Experiments' }))
    await told('wine/archive is now archive')
    await undo()
    await expect(pages.getByRole('link', { name: 'wine', exact: true })).toBeVisible()
    await line('archive').dragTo(tree.getByRole('heading', { name: 'Experiments' }))
    // The tree is put in order before somebody reaches into it again.
    await expect(pages.getByRole('link', { name: 'wine', exact: true })).toHaveCount(0)
    await line('beer').dragTo(tree.getByRole('heading', { name: 'Experiments' }))
    await told('archive/beer is now beer')
  })

  await test.step('a note, and what was changed', async () => {
    await menu('beer', 'Note and history')
    const dialog = pages.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Write one' }).click()
    await dialog.getByRole('textbox').fill('Only **ales**.')
    await dialog.getByRole('textbox').press('Control+Enter')
    await expect(dialog.locator('strong')).toHaveText('ales')
    await expect(dialog.getByText('note written')).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await dialog.getByRole('button', { name: 'Take back: note written' }).click()
    await expect(dialog.locator('strong')).toHaveCount(0)
    await dialog.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('all runs into another one', async () => {
    await menu('beer', 'Merge')
    const dialog = pages.getByRole('dialog')
    await dialog.getByRole('combobox').fill('wine')
    await expect(dialog.getByText('beer is empty then, and goes to the trash')).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await dialog.getByRole('button', { name: 'Merge' }).click()
    await expect(row(pages, 'second try')).toBeVisible()
    await expect(line('beer')).toHaveCount(0)
    await undo()
    await expect(line('beer')).toBeVisible()
    await expect(row(pages, 'second try')).toHaveCount(0)
  })

  await test.step('away and back', async () => {
    await menu('beer', 'Move the experiment to trash')
    await expect(line('beer')).toHaveCount(0)
    await undo()
    await expect(line('beer')).toBeVisible()
  })

  await test.step('copies of a run', async () => {
    await row(pages, 'first try').click({ button: 'right' })
    await pages.getByRole('menuitem', { name: 'Copy to experiment' }).click()
    const dialog = pages.getByRole('dialog')
    await dialog.getByRole('combobox').fill('beer')
    await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
    await told('1 run copied to beer')
    await line('beer').getByRole('link').click()
    await expect(row(pages, 'first try')).toBeVisible()
    await undo()
    await expect(row(pages, 'first try')).toHaveCount(0)
  })
})
