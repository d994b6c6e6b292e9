import { expect, test, violations } from './test'

test('name, note and tags of a run are changed, and each change taken back', async ({ pages, owner }) => {
  await owner.train({ rate: 0.3 }, 'first try')
  await pages.getByRole('link', { name: 'first try' }).click()
  const title = pages.getByRole('heading', { level: 1 })
  const undo = () => pages.getByRole('button', { name: 'Undo' }).last().click()

  await test.step('another name', async () => {
    await pages.getByRole('button', { name: 'Rename' }).click()
    const box = pages.getByRole('dialog').getByLabel('Name')
    await expect(box).toBeFocused()
    await box.fill('the one for the paper')
    await box.press('Enter')
    await expect(title).toHaveText('the one for the paper')
    await undo()
    await expect(title).toHaveText('first try')
  })

  await test.step('a note in Markdown', async () => {
    const note = pages.getByRole('region', { name: 'Note' })
    await note.getByRole('button', { name: 'Write one' }).click()
    await note.getByRole('textbox').fill('Learns **too fast**.\n\n- try 0.1')
    expect(await violations(pages)).toEqual([])
    await note.getByRole('textbox').press('Control+Enter')
    await expect(note.locator('strong')).toHaveText('too fast')
    await note.getByRole('button', { name: 'Edit' }).click()
    await note.getByRole('textbox').fill('gone')
    await note.getByRole('textbox').press('Escape')
    await expect(note.getByRole('listitem')).toHaveText('try 0.1')
  })

  await test.step('tags', async () => {
    const tags = pages.getByRole('region', { name: 'Tags' })
    await tags.getByRole('button', { name: 'Add one' }).click()
    await tags.getByLabel('Name of the tag').fill('figure')
    await tags.getByLabel('Value of the tag').fill('3a "final"')
    await pages.keyboard.press('Enter')
    await tags.getByRole('button', { name: 'figure 3a "final"', exact: true }).click()
    await tags.getByLabel('Value of the tag').fill('4')
    await pages.keyboard.press('Enter')
    await expect(tags.getByRole('listitem')).toContainText('4')
    await undo()
    await expect(tags.getByRole('listitem')).toContainText('3a "final"')
    await tags.getByRole('button', { name: 'Remove tag figure' }).click()
    await expect(tags.getByRole('listitem')).toHaveCount(0)
    await undo()
    await expect(tags.getByRole('listitem')).toHaveCount(1)
    expect(await violations(pages)).toEqual([])
  })

  await test.step('scripts see it as MLflow keeps it', async () => {
    const [run] = JSON.parse(await owner.command('runs', 'list', '--json')) as [{ data: { tags: { key: string; value: string }[] } }]
    const value = (key: string) => run.data.tags.find((t) => t.key === key)?.value
    expect([value('figure'), value('mlflow.note.content'), value('mlflow.runName')]).toEqual(['3a "final"', 'Learns **too fast**.\n\n- try 0.1', 'first try'])
  })
})
