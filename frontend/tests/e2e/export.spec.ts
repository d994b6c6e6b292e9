import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { expect, row, test, violations } from './test'

// A folder of MLflow cannot keep a param beside those that its name begins.
const table = 'run,lr,a,a/b,val_acc\nfirst,0.1,x,,0.91\nsecond,0.2,x,y,0.85\nthird,0.3,x,,0.75\n'

const sheetOf = (pages: Page) => pages.getByRole('dialog', { name: 'Export runs' })
const jobsOf = (pages: Page) => pages.getByRole('region', { name: 'Progress' })

let ids: Record<string, string> = {}

// Three runs in one experiment, of which one has an artifact.
test.beforeAll(async ({ owner }) => {
  await writeFile(join(owner.home, 'results.csv'), table)
  await owner.command('import', 'table', 'results.csv', '--experiment', 'lab/wine')
  const runs = JSON.parse(await owner.command('runs', 'list', '--json')) as { info: { run_id: string; run_name: string } }[]
  ids = Object.fromEntries(runs.map(({ info }) => [info.run_name, info.run_id]))
  await writeFile(join(owner.home, 'plot.txt'), 'a plot')
  await owner.command('artifacts', 'put', 'plot.txt', `${ids['first'] ?? ''}/plots`)
})

test('runs go to a folder of MLflow and to tables; again, nothing is written twice', async ({ pages, owner }) => {
  const sheet = sheetOf(pages)
  const jobs = jobsOf(pages)
  const out = join(owner.home, 'for ann', 'mlruns')

  await test.step('two that are chosen, from the bar below the table', async () => {
    for (const name of ['first', 'second']) await row(pages, name).getByRole('checkbox').click()
    await pages.getByRole('region', { name: 'Chosen runs' }).getByRole('button', { name: 'Export…' }).click()
    await expect(sheet.getByLabel('What', { exact: true })).toBeFocused()
    await expect(sheet.getByRole('option')).toHaveText(['2 chosen runs', 'Everything'])
    await expect(sheet.getByRole('button', { name: 'Export', exact: true })).toBeDisabled()
    expect(await violations(pages)).toEqual([])
    await sheet.getByLabel('Folder', { exact: true }).fill(out)
    await expect(sheet.getByText('2 runs; 1 artifact, 6 B.')).toBeVisible()
    await expect(sheet.getByRole('row', { name: 'lab/wine' })).toContainText('6 B')
    expect(await violations(pages)).toEqual([])
    await sheet.getByRole('button', { name: 'Export 2 runs' }).click()
  })

  await test.step('what was written and what was left out is told', async () => {
    await expect(jobs.getByText('Exported 2 runs, 2 points and 1 artifact (6 B). Left out: 1 thing.')).toBeVisible()
    await jobs.getByText('What was left out, and why').click()
    await expect(jobs.getByRole('list', { name: 'What is left out' })).toContainText('a/b')
    await expect(jobs.getByRole('button', { name: 'Copy the path' })).toBeVisible()
    expect(await violations(pages)).toEqual([])
    const [experiment] = (await readdir(out)).filter((name) => !name.startsWith('.') && !['0', 'models'].includes(name))
    const at = (...parts: string[]) => join(out, experiment ?? '', ids['first'] ?? '', ...parts)
    expect(await readFile(at('params', 'lr'), 'utf8')).toBe('0.1')
    expect(await readFile(at('metrics', 'val_acc'), 'utf8')).toMatch(/^\d+ 0\.91 0\n$/)
    expect(await readFile(at('artifacts', 'plots', 'plot.txt'), 'utf8')).toBe('a plot')
    await expect(readdir(join(out, experiment ?? '', ids['third'] ?? ''))).rejects.toThrow('ENOENT')
  })

  await test.step('again, from Find or do, the same folder is at hand and what is there whole is left', async () => {
    await pages.keyboard.press('Control+k')
    await pages.keyboard.type('Export runs')
    await expect(pages.getByRole('option', { selected: true })).toContainText('Export runs')
    await pages.keyboard.press('Enter')
    await expect(sheet.getByLabel('Folder', { exact: true })).toHaveValue(out)
    await expect(sheet.getByText('This folder was exported to before')).toBeVisible()
    await sheet.getByLabel('What', { exact: true }).selectOption('Everything')
    await sheet.getByRole('button', { name: 'Export 3 runs' }).click()
    await expect(jobs.getByText('Exported 2 runs and 2 points. 1 run: there already. Left out: 1 thing.')).toBeVisible()
  })

  await test.step('everything as tables, from the menu of the workspace', async () => {
    const tables = join(owner.home, 'tables')
    await pages.getByRole('button', { name: /workspace$/ }).click()
    await pages.getByRole('menuitem', { name: 'Export runs…' }).click()
    await sheet.getByLabel('What', { exact: true }).selectOption('Everything')
    await sheet.getByLabel('Parquet and JSON tables').check()
    await sheet.getByLabel('Folder', { exact: true }).fill(tables)
    await sheet.getByLabel('Leave out the artifacts').check()
    await expect(sheet.getByText('3 runs.')).toBeVisible()
    await sheet.getByLabel('Leave out the artifacts').uncheck()
    await sheet.getByRole('button', { name: 'Export 3 runs' }).click()
    const done = jobs.getByRole('listitem').filter({ hasText: tables })
    await expect(done).toContainText('Exported 3 runs, 3 points and 1 artifact (6 B).')
    await expect(done).not.toContainText('eft out')
    for (const name of ['runs.parquet', 'points.parquet']) expect((await readFile(join(tables, name))).subarray(0, 4).toString()).toBe('PAR1')
    expect(await readFile(join(tables, 'experiments.json'), 'utf8')).toContain('"name":"lab/wine"')
    expect(await readFile(join(tables, 'artifacts', 'runs', ids['first'] ?? '', 'plots', 'plot.txt'), 'utf8')).toBe('a plot')
  })
})

test('a folder that will not do is told, with one that will; an export to a server is cancelled', async ({ pages, owner }) => {
  const sheet = sheetOf(pages)
  const full = join(owner.home, 'full')
  await mkdir(full)
  await writeFile(join(full, 'notes.txt'), '')
  const branch = pages.getByRole('navigation').getByRole('listitem').filter({ hasText: 'wine' })
  await branch.click({ button: 'right' })
  await pages.getByRole('menuitem', { name: 'Export the experiment…' }).click()
  await expect(sheet.getByRole('option')).toHaveText(['Experiment lab/wine', 'Everything'])
  await pages.setViewportSize({ width: 1024, height: 700 })

  await test.step('folders', async () => {
    const folder = sheet.getByLabel('Folder', { exact: true })
    await folder.fill('for-ann')
    await expect(sheet.getByRole('alert')).toContainText('is not a whole path')
    await folder.fill(join(owner.home, 'lake-lab', 'out'))
    await expect(sheet.getByRole('alert')).toContainText('lies in the workspace itself')
    await folder.fill(full)
    await expect(sheet.getByRole('alert')).toContainText('has something else in it')
    expect(await violations(pages)).toEqual([])
    await sheet.getByRole('button', { name: 'Export into a folder in it' }).click()
    await expect(folder).toHaveValue(join(full, 'mlruns'))
    await expect(sheet.getByRole('button', { name: 'Export 3 runs' })).toBeEnabled()
  })

  await test.step('a server', async () => {
    await sheet.getByLabel('A running MLflow server').check()
    const server = await slow()
    try {
      await sheet.getByLabel('Address of the server').fill(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      await sheet.getByRole('button', { name: 'Export 3 runs' }).click()
      const job = jobsOf(pages).getByRole('listitem').first()
      await expect(job.getByRole('progressbar')).toBeVisible()
      await job.getByRole('button', { name: /^Cancel/ }).click()
      await expect(job).toContainText('Cancelled. The same export again goes on where it ended.')
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
  expect(await readdir(full)).toEqual(['notes.txt'])
})

/** A server that says it has no experiments, and never gets around to anything else. */
async function slow(): Promise<Server> {
  const server = createServer((request, answer) => {
    if (request.url?.endsWith('/experiments/search') === true) answer.setHeader('Content-Type', 'application/json').end('{}')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return server
}
