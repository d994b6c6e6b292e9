import type { Page } from 'playwright/test'
import { expect, test, violations } from './test'

const modelText = `flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.2}
  sklearn: {sklearn_version: 1.5.2}
mlflow_version: 2.22.0
saved_input_example_info: {artifact_path: input_example.json}
signature:
  inputs: '[{"type": "double", "name": "alcohol"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
`

/** Makes runs that each log a model, as a script does; answers their ids. */
async function train(page: Page, losses: readonly number[]): Promise<string[]> {
  return page.evaluate(
    async ({ losses, modelText }) => {
      const send = async (method: string, path: string, body: string) => {
        const answer = await fetch(path, { method, body, headers: { 'Content-Type': 'application/json' } })
        if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
        return (await answer.json()) as { run: { info: { run_id: string } } }
      }
      const ids: string[] = []
      for (const [i, loss] of losses.entries()) {
        const { run } = await send('POST', '/api/2.0/mlflow/runs/create', JSON.stringify({ experiment_id: '0', run_name: `forest-${i + 1}`, start_time: Date.now() - 1000 }))
        const id = run.info.run_id
        const metrics = [{ key: 'rmse', value: loss, timestamp: Date.now(), step: 0 }, { key: 'r2', value: 1 - loss, timestamp: Date.now(), step: 0 }]
        const tags = [{ key: 'mlflow.log-model.history', value: '[]' }]
        await send('POST', '/api/2.0/mlflow/runs/log-batch', JSON.stringify({ run_id: id, metrics, tags, params: [{ key: 'trees', value: String(10 * (i + 1)) }] }))
        const files = { MLmodel: modelText, 'model.pkl': 'x'.repeat(1000 * (i + 1)), 'requirements.txt': `mlflow==2.22.0\nnumpy==1.2${i}\n`, 'input_example.json': '{"columns":["alcohol"],"data":[[9.4]]}' }
        for (const [name, text] of Object.entries(files)) await send('PUT', `/api/2.0/mlflow-artifacts/artifacts/0/${id}/artifacts/model/${name}`, text)
        await send('POST', '/api/2.0/mlflow/runs/update', JSON.stringify({ run_id: id, status: 'FINISHED', end_time: Date.now() }))
        ids.push(id)
      }
      return ids
    },
    { losses, modelText },
  )
}

test('models are registered, promoted with a reason, compared, used, and all of it is taken back', async ({ pages, owner }) => {
  const ids = await train(pages, [0.7, 0.6, 0.5])
  const row = (n: number) => pages.getByRole('row', { name: new RegExp(`Version ${n}\\b`) })
  const side = pages.getByRole('complementary', { name: 'Version and history' })
  const notices = pages.getByRole('region', { name: 'Notices' })

  await test.step('there are none yet, and the page says how to make one', async () => {
    await pages.keyboard.press('g')
    await pages.keyboard.press('m')
    await expect(pages.getByText('No models yet')).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await pages.getByRole('button', { name: 'Register from a run' }).first().click()
    const sheet = pages.getByRole('dialog')
    await sheet.getByLabel('Run', { exact: true }).selectOption(ids[0] ?? '')
    await expect(sheet.getByLabel('Model of the run')).toHaveValue(`runs:/${ids[0] ?? ''}/model`)
    await sheet.getByLabel('Name').fill('wine/quality')
    await sheet.getByRole('button', { name: 'Register' }).click()
    await expect(sheet).toContainText("Names cannot contain '/' or ':'")
    await sheet.getByLabel('Name').fill('wine quality')
    await expect(sheet).toContainText('with this as version 1')
    expect(await violations(pages)).toEqual([])
    await sheet.getByRole('button', { name: 'Register' }).click()
    await expect(pages.getByRole('heading', { level: 1, name: 'wine quality' })).toBeVisible()
    await expect(row(1)).toContainText('forest-1')
  })

  await test.step('a run has a button for its models', async () => {
    for (const [i, id] of ids.slice(1).entries()) {
      await pages.goto(`${owner.address}/#/runs/${id}`)
      await pages.getByRole('button', { name: 'Register…' }).click()
      const sheet = pages.getByRole('dialog')
      await sheet.getByLabel('Name').fill('wine quality')
      await sheet.getByRole('button', { name: 'Register' }).click()
      await expect(notices.getByText(`wine quality has version ${i + 2}`)).toBeVisible()
    }
    await notices.getByRole('button', { name: 'Open' }).last().click()
    await expect(pages).toHaveURL(/#\/models\/wine%20quality\?version=3$/)
    await expect(pages.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Models' })).toContainText('1')
  })

  await test.step('a version is promoted with a reason, and an alias set', async () => {
    await row(1).click()
    await side.getByLabel('Stage').selectOption('Production')
    await side.getByRole('button', { name: 'Promote', exact: true }).click()
    await expect(row(1)).toContainText('Production')
    await side.getByRole('button', { name: 'Set one' }).click()
    await pages.getByRole('dialog').getByLabel('Alias').fill('champion')
    await pages.getByRole('dialog').getByRole('button', { name: 'Set' }).click()
    await expect(row(1)).toContainText('champion')
    await row(3).click()
    await side.getByLabel('Stage').selectOption('Production')
    const ask = side.getByRole('region', { name: 'Promote' })
    await expect(ask).toContainText('It replaces version 1')
    await expect(ask.getByRole('row', { name: /rmse/ })).toContainText('better')
    await ask.getByLabel('Why').fill('better on all bottles')
    expect(await violations(pages)).toEqual([])
    await ask.getByRole('button', { name: 'Promote' }).click()
    await expect(row(3)).toContainText('Production')
    await expect(row(3)).toContainText('champion')
    await expect(row(1)).toContainText('Archived')
    await expect(side.getByRole('region', { name: 'What happened' })).toContainText('better on all bottles')
    await expect(pages.getByRole('button', { name: 'v3 in Production' })).toBeVisible()
  })

  await test.step('and that is undone, as a whole', async () => {
    await notices.getByRole('button', { name: 'Undo' }).last().click()
    await expect(row(1)).toContainText('Production')
    await expect(row(1)).toContainText('champion')
    await expect(row(3)).toContainText('None')
  })

  await test.step('two versions are compared', async () => {
    await row(3).click()
    await pages.keyboard.press('c')
    const sheet = pages.getByRole('dialog', { name: 'Compare versions of wine quality' })
    await expect(sheet.getByRole('row', { name: /rmse/ })).toContainText('0.7')
    await expect(sheet.getByRole('row', { name: /trees/ })).toContainText('30')
    await expect(sheet.getByRole('row', { name: /numpy/ })).toContainText('1.22')
    expect(await violations(pages)).toEqual([])
    await pages.keyboard.press('Escape')
    await expect(sheet).toBeHidden()
  })

  await test.step('lines of code and files are at hand', async () => {
    await row(1).click()
    const use = pages.getByRole('region', { name: 'Use version 1' })
    await expect(use).toContainText('mlflow.pyfunc.load_model("models:/wine quality@champion")')
    await use.getByRole('button', { name: 'Command line' }).click()
    await expect(use).toContainText("varve artifacts get 'models:/wine quality@champion' model")
    await use.getByRole('button', { name: /^Files/ }).click()
    await expect(use.getByRole('row', { name: /alcohol/ })).toContainText('double')
    await expect(use).toContainText('numpy==1.20')
    await expect(use.getByText('model.pkl')).toBeVisible()
    expect(await violations(pages)).toEqual([])
  })

  await test.step('keys go through the versions, and links that MLflow prints lead there', async () => {
    await row(1).focus()
    await pages.keyboard.press('ArrowUp')
    await expect(row(2)).toBeFocused()
    await pages.goto(`${owner.address}/#/models/wine%20quality/versions/2`)
    await expect(row(2)).toHaveAttribute('aria-selected', 'true')
    await pages.goto(`${owner.address}/#/models/nobody`)
    await expect(pages.getByText('There is no model named nobody here.')).toBeVisible()
  })

  await test.step('addresses that scripts name lead there, too, and runs name their versions', async () => {
    await pages.keyboard.press('Control+k')
    await pages.keyboard.type('models:/wine quality@champion')
    await pages.keyboard.press('Enter')
    await expect(pages).toHaveURL(/#\/models\/wine%20quality\?version=1$/)
    await pages.keyboard.press('Control+k')
    await pages.keyboard.type(`runs:/${ids[0] ?? ''}/model`)
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('treeitem', { name: 'MLmodel' })).toBeVisible()
    await pages.getByRole('link', { name: 'Overview' }).click()
    await expect(pages.getByRole('complementary', { name: 'Facts of this run' })).toContainText('wine quality v1Production, @champion')
    await pages.goto(`${owner.address}/#/experiments/0/models/m-${'0'.repeat(32)}`)
    await expect(pages.getByRole('heading', { name: /Logged model with ID 'm-0+' not found/ })).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await pages.goBack()
    await pages.getByRole('link', { name: 'wine quality' }).click()
    await expect(row(1)).toHaveAttribute('aria-selected', 'true')
  })

  await test.step('what is deleted lies in the trash, and comes back', async () => {
    await pages.goto(`${owner.address}/#/models/wine%20quality?version=2`)
    await row(2).focus()
    await pages.keyboard.press('Delete')
    await expect(row(2)).toBeHidden()
    await pages.goto(`${owner.address}/#/trash`)
    await pages.getByLabel('Select version 2').check()
    await pages.getByRole('button', { name: 'Restore' }).click()
    await pages.goto(`${owner.address}/#/models`)
    await expect(pages.getByRole('row', { name: /wine quality/ })).toContainText('3')
    await pages.getByRole('row', { name: /wine quality/ }).getByRole('link', { name: 'wine quality' }).click({ button: 'right' })
    await expect(pages.getByRole('menu').getByRole('menuitem')).toHaveText(['Open', 'Copy the name', 'Move to trash'])
    expect(await violations(pages)).toEqual([])
  })

  await test.step('dark and narrow, it is clean as well', async () => {
    await pages.keyboard.press('Escape')
    await pages.emulateMedia({ colorScheme: 'dark' })
    await pages.setViewportSize({ width: 1024, height: 700 })
    await pages.goto(`${owner.address}/#/models/wine%20quality`)
    await expect(row(3)).toBeVisible()
    expect(await violations(pages)).toEqual([])
  })
})

test('a model of thousands of versions is quick: only what is seen is made, and keys lead through all of it', async ({ pages, owner }) => {
  await pages.evaluate(async () => {
    const send = async (path: string, body: unknown) => {
      const answer = await fetch(`/api/2.0/mlflow/${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
      if (!answer.ok) throw new Error(await answer.text())
    }
    await send('registered-models/create', { name: 'long' })
    for (let i = 0; i < 1500; i += 50) await Promise.all(Array.from({ length: 50 }, (_, j) => send('model-versions/create', { name: 'long', source: `s3://bucket/${i + j}` })))
  })
  await pages.goto(`${owner.address}/#/models/long`)
  const table = pages.getByRole('grid', { name: 'Versions' })
  const rows = table.locator('tr[data-version]')
  await expect(table.getByRole('row', { name: /Version 1500/ })).toBeVisible()
  expect(await rows.count()).toBeLessThan(120)
  await pages.getByRole('button', { name: 'Show all' }).click()
  await expect(table).toHaveAttribute('aria-rowcount', '1501')
  await expect(pages.getByRole('button', { name: 'Show all' })).toBeHidden()
  await rows.first().focus()
  await pages.keyboard.press('End')
  await expect(table.getByRole('row', { name: /Version 1\b/ })).toBeFocused()
  await expect(table.getByRole('row', { name: /Version 1\b/ })).toBeInViewport()
  expect(await rows.count()).toBeLessThan(120)
  await pages.keyboard.press('ArrowUp')
  await expect(table.getByRole('row', { name: /Version 2\b/ })).toBeFocused()
  await pages.keyboard.press('Home')
  await expect(table.getByRole('row', { name: /Version 1500/ })).toBeInViewport()
  expect(await violations(pages)).toEqual([])
})
