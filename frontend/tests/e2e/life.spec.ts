import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, row, test, violations } from './test'
import type { Owner } from './owner'

/** A script that makes a run with another one nested in it, records something, and ends without a word. */
const script = `
const at = process.env.MLFLOW_TRACKING_URI + '/api/2.0/mlflow/'
const headers = { 'Content-Type': 'application/json', Authorization: 'Basic ' + btoa(process.env.MLFLOW_TRACKING_USERNAME + ':' + process.env.MLFLOW_TRACKING_PASSWORD) }
const post = async (path, body) => {
  const answer = await fetch(at + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}
const create = async (run_name, tags) => (await post('runs/create', { experiment_id: '0', run_name, start_time: Date.now(), tags })).run.info.run_id
const top = await create('training', [])
const fold = await create('fold 1', [{ key: 'mlflow.parentRunId', value: top }])
for (const run_id of [top, fold]) await post('runs/log-batch', { run_id, metrics: [{ key: 'epoch', value: 1, timestamp: Date.now(), step: 12 }, { key: 'val_loss', value: 0.25, timestamp: Date.now(), step: 12 }] })
await new Promise((resolve) => setTimeout(resolve, 1500))
`

async function runScript(owner: Owner): Promise<void> {
  const env: Record<string, string> = {}
  for (const line of (await owner.command('env')).split('\n')) {
    const [, name, value] = /^(?:export )?(\w+)='?([^']*)'?$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) env[name] = value
  }
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, ...env } })
}

test('a run whose script ended without a word is lost, and a person says how it ended', async ({ pages, owner }) => {
  await runScript(owner)
  await pages.reload()
  await row(pages, 'training').getByRole('link', { name: 'training' }).click()
  const why = pages.getByRole('region', { name: 'Why it is lost' })
  await expect(why).toContainText('has ended without a word')
  await expect(why).toContainText('epoch 12')
  expect(await violations(pages)).toEqual([])

  await test.step('what is nested in it, and the way back up', async () => {
    const nesting = pages.getByRole('region', { name: 'Nesting' })
    await expect(nesting.getByRole('listitem')).toContainText('fold 1')
    await nesting.getByRole('link', { name: 'fold 1' }).click()
    await expect(pages.getByRole('heading', { level: 1, name: 'fold 1' })).toBeVisible()
    await pages.getByRole('region', { name: 'Nesting' }).getByRole('link', { name: 'training' }).click()
    await expect(pages.getByRole('heading', { level: 1, name: 'training' })).toBeVisible()
  })

  await test.step('it has finished, says somebody', async () => {
    await why.getByRole('button', { name: 'It has finished' }).click()
    // The pointer keeps the way back from going.
    await pages.getByRole('button', { name: 'Undo' }).last().hover()
    await expect(pages.getByText('Finished', { exact: true }).first()).toBeVisible()
    await expect(why).toHaveCount(0)
    const history = pages.getByRole('region', { name: 'History' })
    await expect(history).toContainText('set by hand: lost → finished')
    expect(await violations(pages)).toEqual([])
    await pages.getByRole('button', { name: 'Undo' }).last().click()
    await expect(why).toBeVisible()
  })
})
