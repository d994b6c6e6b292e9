import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test, violations } from './test'

const table = 'run;lr;val_acc;date;remark\nfirst;0,10;0,91;2.3.2024 10:00;good\nsecond;0,2;0,85;3.3.2024 11:00;\nthird;0,3;oops;4.3.2024;\n'

test('a table is looked at, its columns are changed, and its rows become runs; undone, they are in the trash', async ({ pages, owner }) => {
  const file = join(owner.home, 'old results.csv')
  await writeFile(file, table)
  const sheet = pages.getByRole('dialog', { name: 'Import runs' })

  await test.step('as data it is offered as runs, too', async () => {
    await pages.keyboard.press('Control+o')
    await pages.getByRole('dialog').getByLabel('File or folder').fill(file)
    await pages.getByRole('button', { name: 'Import as runs…' }).click()
    await expect(sheet).toBeVisible()
  })

  await test.step('the sheet shows what columns become, and what cannot be read', async () => {
    await expect(sheet.getByText('3 runs.')).toBeVisible()
    await expect(sheet.getByLabel('What lr becomes')).toHaveValue('param')
    await expect(sheet.getByLabel('What val_acc becomes')).toHaveValue('metric')
    await expect(sheet.getByLabel('What date becomes')).toHaveValue('start')
    await expect(sheet.getByText('semicolon between cells')).toBeVisible()
    await expect(sheet.getByLabel('Decimals')).toHaveValue('comma')
    await expect(sheet.getByLabel('Dates')).toHaveValue('day-first')
    await expect(sheet.getByRole('cell', { name: '0.91', exact: true })).toBeVisible()
    await sheet.getByText('1 thing is left as it is').click()
    await expect(sheet.getByText('val_acc is "oops", which is no number')).toBeVisible()
    expect(await violations(pages)).toEqual([])
  })

  await test.step('what reads either way is read as it is said, and the preview follows', async () => {
    const first = sheet.getByRole('row', { name: /^first/ })
    await expect(first).toContainText('2024-03-02 10:00:00')
    await sheet.getByLabel('Dates').selectOption('Month first')
    await expect(first).toContainText('2024-02-03 10:00:00')
    await sheet.getByLabel('Dates').selectOption('Day first')
    await sheet.getByLabel('Decimals').selectOption('0.5')
    await expect(first).toContainText('0,91')
    await sheet.getByLabel('Decimals').selectOption('0,5')
    await expect(first).toContainText('0.91')
    await expect(first).toContainText('2024-03-02 10:00:00')
  })

  await test.step('a column that is left out is asked for anew, and an experiment is named', async () => {
    await sheet.getByLabel('What remark becomes').selectOption('Leave out')
    await sheet.getByLabel('Experiment').fill('sweeps/old')
    await sheet.getByRole('button', { name: 'Import 3 runs' }).click()
  })

  const jobs = pages.getByRole('region', { name: 'Progress' })
  await test.step('progress leads to the experiment', async () => {
    const done = jobs.getByRole('listitem').filter({ hasText: 'Imported 1 experiment, 3 runs' })
    await done.getByRole('link', { name: 'Open' }).click()
    await expect(pages.getByRole('rowheader').filter({ hasText: 'first' })).toBeVisible()
    await expect(pages.getByRole('heading', { level: 1, name: 'old' })).toBeVisible()
  })

  await test.step('again, nothing is new; a row that changed is told', async () => {
    await writeFile(file, `${table.replace('0,91', '0,99')}fourth;0,4;0,5;5.3.2024;\n`)
    await pages.keyboard.press('Control+k')
    await pages.keyboard.type('Import runs')
    await expect(pages.getByRole('option', { selected: true })).toContainText('Import runs')
    await pages.keyboard.press('Enter')
    await sheet.getByLabel('Folder mlruns, mlflow.db, or a table').fill(file)
    await expect(sheet.getByText('4 runs.')).toBeVisible()
    await sheet.getByLabel('Experiment').fill('sweeps/old')
    await expect(sheet.getByText('4 runs; 3 of them here already.')).toBeVisible()
    await expect(sheet.getByText('1 row differs')).toBeVisible()
    await sheet.getByRole('button', { name: 'Cancel' }).click()
  })

  await test.step('undone, the runs and their experiment are in the trash', async () => {
    await jobs.getByRole('button', { name: 'Undo' }).click()
    await expect(pages.getByText('3 runs in the trash').first()).toBeVisible()
    await pages.goto(`${owner.address}/#/trash`)
    await expect(pages.getByRole('main').getByText(/old$/).first()).toBeVisible()
  })
})

test('what a cancelled import has brought in is undone, or the import goes on', async ({ pages, owner }) => {
  const file = join(owner.home, 'many.csv')
  await writeFile(file, `run,lr,loss\n${Array.from({ length: 200_000 }, (_, i) => `r${i},0.${i % 9},${i / 7}`).join('\n')}\n`)
  const jobs = pages.getByRole('region', { name: 'Progress' })
  const item = jobs.getByRole('listitem').filter({ hasText: 'many.csv' })
  const cancelled = item.filter({ hasText: 'Cancelled' })
  /** Cancels the import that is under way, when it has brought something in. */
  const cancel = async () => {
    await expect.poll(async () => Number(await item.getByRole('progressbar').getAttribute('aria-valuenow')), { intervals: [50] }).toBeGreaterThan(0)
    await item.getByRole('button', { name: /^Cancel/ }).click()
  }

  await pages.keyboard.press('Control+k')
  await pages.keyboard.type('Import runs')
  await pages.keyboard.press('Enter')
  const sheet = pages.getByRole('dialog', { name: 'Import runs' })
  await sheet.getByLabel('Folder mlruns, mlflow.db, or a table').fill(file)
  await sheet.getByRole('button', { name: /^Import 200.?000 runs$/ }).click()
  await cancel()
  await expect(cancelled).toContainText(/Cancelled\. Imported 1 experiment, .+ runs/)
  await cancelled.getByRole('button', { name: 'Go on' }).click()
  await cancel()
  await expect(cancelled).toHaveCount(2)
  // The first of them, which went on, is the older one.
  await expect(cancelled.last().getByRole('button', { name: 'Go on' })).toHaveCount(0)
  await cancelled.last().getByRole('button', { name: 'Undo' }).click()
  await expect(pages.getByText(/runs in the trash/).first()).toBeVisible()
  await expect(cancelled.last().getByRole('button')).toHaveCount(0)
})

test('a folder of MLflow is offered as runs; a server that does not answer is told', async ({ pages, owner }) => {
  const run = join(owner.home, 'old', 'mlruns', '7', '0123456789abcdef0123456789abcdef')
  await mkdir(join(run, 'metrics'), { recursive: true })
  await mkdir(join(run, 'artifacts'))
  await writeFile(join(run, '..', 'meta.yaml'), "experiment_id: '7'\nname: lab/wine\nlifecycle_stage: active\nartifact_location: file:///gone\n")
  await writeFile(join(run, 'meta.yaml'), "run_id: 0123456789abcdef0123456789abcdef\nrun_name: best\nexperiment_id: '7'\nstatus: 3\nstart_time: 1700000000000\nend_time: 1700000005000\nlifecycle_stage: active\nuser_id: ann\nartifact_uri: file:///gone\n")
  await writeFile(join(run, 'metrics', 'loss'), '1700000001000 0.5 0\nnonsense\n')
  const sheet = pages.getByRole('dialog', { name: 'Import runs' })

  await pages.keyboard.press('Control+o')
  const add = pages.getByRole('dialog')
  await add.getByLabel('File or folder').fill(join(owner.home, 'old'))
  await expect(add.getByRole('button', { name: 'Keep as data' })).toBeVisible()
  await add.getByRole('button', { name: 'Import these runs' }).click()
  await expect(sheet.getByText('1 run.')).toBeVisible()
  await expect(sheet.getByRole('cell', { name: 'lab/wine' })).toBeVisible()
  await sheet.getByRole('button', { name: 'Import 1 run' }).click()
  await expect(pages.getByRole('region', { name: 'Progress' }).getByText('Imported 1 experiment, 1 run')).toBeVisible()
  await pages.keyboard.press('j')

  await pages.getByRole('button', { name: /workspace$/ }).click()
  await pages.getByRole('menuitem', { name: 'Import runs…' }).click()
  await sheet.getByRole('button', { name: 'MLflow server' }).click()
  await sheet.getByLabel('Address of a running MLflow server').fill('http://127.0.0.1:9')
  await expect(sheet.locator('.will')).toContainText(/answer|refused|reach/)
  await expect(sheet.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  expect(await violations(pages)).toEqual([])
})

test('a repository of DVC that is dropped brings all versions of its data, with who made them', async ({ pages, owner }) => {
  const archive = join(dirname(fileURLToPath(import.meta.url)), '../../../storage/dvcrepo/testdata/v3.tar.gz')
  await promisify(execFile)('tar', ['-xzf', archive, '-C', owner.home])
  const sheet = pages.getByRole('dialog', { name: 'Import versions of data' })

  await test.step('as data it is offered with its versions', async () => {
    await pages.keyboard.press('Control+o')
    const add = pages.getByRole('dialog', { name: 'Add data' })
    await add.getByLabel('File or folder').fill(join(owner.home, 'repo'))
    await expect(add.getByText('DVC keeps versions of data in it')).toBeVisible()
    await add.getByRole('button', { name: 'Import its versions…' }).click()
  })

  await test.step('the sheet shows the data sets, and what they will be called', async () => {
    await expect(sheet.getByText('3 data sets; 6 versions; 10 files, 8.87 KiB.')).toBeVisible()
    await sheet.getByLabel('Folder of data sets').fill('old')
    await expect(sheet.getByRole('row', { name: /old\/data\/wine\.csv/ })).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await sheet.getByRole('button', { name: 'Import 6 versions' }).click()
  })

  await test.step('progress leads to the data, where each version says who made it', async () => {
    const done = pages.getByRole('region', { name: 'Progress' }).getByRole('listitem').filter({ hasText: 'Imported 3 data sets, 6 versions and 10 files' })
    await done.getByRole('link', { name: 'Open' }).click()
    await pages.getByRole('link', { name: 'old/data/wine.csv' }).click()
    await expect(pages.getByText('more wine').first()).toBeVisible()
    await pages.getByRole('navigation', { name: 'Parts of this version' }).getByRole('link', { name: /^Files/ }).click()
    await expect(pages.getByText('by Grace')).toBeVisible()
  })

  await test.step('again, there is nothing to import', async () => {
    await pages.keyboard.press('Control+k')
    await pages.keyboard.type('Import versions')
    await expect(pages.getByRole('option', { selected: true })).toContainText('Import versions of data')
    await pages.keyboard.press('Enter')
    await sheet.getByLabel('Repository of DVC or git-lfs').fill(join(owner.home, 'repo'))
    await sheet.getByLabel('Folder of data sets').fill('old')
    await expect(sheet.getByText('6 of them here already')).toBeVisible()
    await expect(sheet.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  })
})
