import { expect, row, test, violations } from './test'

test('a project is opened, filled in, started, watched and looked at', async ({ pages, owner }) => {
  await test.step('open it by its path', async () => {
    await pages.getByRole('link', { name: 'Projects' }).first().click()
    await pages.getByLabel('Open a project').fill(`${owner.home}/nowhere`)
    await pages.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(pages.getByRole('alert')).toContainText('nowhere')
    await pages.getByLabel('Open a project').fill(owner.project)
    await pages.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(pages.getByRole('heading', { level: 1, name: 'little' })).toBeVisible()
  })

  await test.step('its README is laid out, and does nothing', async () => {
    const readme = pages.getByRole('region', { name: 'README' })
    await expect(readme.getByRole('cell', { name: 'train.py' })).toBeVisible()
    await expect(readme.locator('pre')).toHaveText('varve run little')
    await expect(readme.getByRole('link')).toHaveText('its site')
    await expect(readme.locator('script, img')).toHaveCount(0)
    await expect(readme).toContainText('or run it.')
  })

  await test.step('what is wrong is said at its field, and the focus goes there', async () => {
    await expect(pages.getByLabel('rate')).toHaveValue('0.1')
    await pages.getByLabel('rate').fill('0,2')
    await pages.getByLabel('steps').fill('many')
    await pages.keyboard.press('Control+Enter')
    await expect(pages.getByText('rate is written with a point: 0.2.')).toBeVisible()
    await expect(pages.getByText('steps is a whole number, such as 100.')).toBeVisible()
    await expect(pages.getByLabel('rate')).toBeFocused()
    expect(await violations(pages)).toEqual([])
    await pages.getByLabel('rate').fill('0.02')
    await expect(pages.getByText('rate is written with a point')).toBeHidden()
  })

  await test.step('it runs, and its page opens', async () => {
    await pages.getByLabel('steps').fill('4000')
    await pages.getByLabel('pause').fill('0.1')
    await pages.getByLabel('note').fill(`it's "quoted" & $HOME`)
    await pages.getByLabel(/^name/).fill('growing')
    await pages.getByLabel('environment').selectOption('local')
    await pages.getByRole('button', { name: /^Run/ }).click()
    await expect(pages.getByRole('heading', { level: 1, name: 'growing' })).toBeVisible()
    await expect(pages.getByText('Running', { exact: true })).toBeVisible()
  })

  await test.step('the chart grows, with a gap at NaN, and the log follows', async () => {
    const chart = pages.getByRole('img', { name: /^loss by step/ })
    const points = async () => Number(/([\d,]+) points/.exec((await chart.getAttribute('aria-label')) ?? '')?.[1]?.replace(',', '') ?? 0)
    await expect.poll(points).toBeGreaterThan(5)
    const before = await points()
    await expect.poll(points).toBeGreaterThan(before + 5)
    await expect(pages.getByText('1 value NaN or ∞')).toBeVisible()
    const log = pages.getByRole('region', { name: 'Output' })
    await expect(log).toContainText(`note it's "quoted" & $HOME`)
    const atEnd = () => log.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight)
    await expect.poll(() => log.evaluate((e) => e.scrollHeight > e.clientHeight + 40)).toBe(true)
    expect(await atEnd()).toBeLessThan(30)
    await log.evaluate((e) => (e.scrollTop = 0))
    await expect(pages.getByLabel('Follow')).not.toBeChecked()
    await pages.getByLabel('Follow').check()
    await expect.poll(atEnd).toBeLessThan(30)
  })

  await test.step('other axes, and the same as a table', async () => {
    await pages.getByRole('button', { name: 'Elapsed' }).click()
    await expect(pages.getByRole('img', { name: /^loss by time since the start/ })).toBeVisible()
    await pages.getByRole('button', { name: 'Table' }).first().click()
    await expect(pages.getByRole('region', { name: 'loss as a table' }).getByRole('cell', { name: 'NaN' })).toBeVisible()
  })

  await test.step('Stop ends it, and says so', async () => {
    await pages.getByRole('button', { name: 'Stop' }).click()
    await expect(pages.getByText('Stopped', { exact: true })).toBeVisible()
    await expect(pages.getByRole('button', { name: 'Move to trash' })).toBeVisible()
    expect(await violations(pages)).toEqual([])
  })

  await test.step('the form remembers the values', async () => {
    await pages.getByRole('link', { name: 'little', exact: true }).last().click()
    await expect(pages.getByLabel('steps')).toHaveValue('4000')
    await expect(pages.getByText('default 20')).toBeVisible()
  })
})

test('artifacts are looked at and downloaded', async ({ pages, owner }) => {
  await owner.train({ rate: 0.3 }, 'with files')
  await pages.getByRole('link', { name: 'with files' }).click()
  await pages.getByRole('link', { name: /^Artifacts/ }).last().click()
  await pages.getByRole('treeitem', { name: /notes/ }).focus()
  await pages.keyboard.press('ArrowRight')
  await pages.keyboard.press('ArrowDown')
  await pages.keyboard.press('Enter')
  await expect(pages.getByRole('region', { name: 'Contents' })).toContainText('A little run.')
  await pages.getByRole('treeitem', { name: /summary.json/ }).click()
  await expect(pages.getByRole('region', { name: 'Contents' })).toContainText('"rate": 0.3')
  const waiting = pages.waitForEvent('download')
  await pages.getByRole('link', { name: 'Download' }).click()
  expect((await waiting).suggestedFilename()).toBe('summary.json')
  expect(await violations(pages)).toEqual([])
})

test('a run that failed says why before anything else', async ({ pages, owner }) => {
  await owner.command('run', owner.project, '-e', 'broken', '--env-manager', 'local', '--run-name', 'sad').catch(() => undefined)
  await row(pages, 'sad').getByRole('link', { name: 'sad' }).click()
  const why = pages.getByRole('region', { name: 'Why it failed' })
  await expect(why).toContainText('ValueError: Input X contains NaN.')
  await expect(why).toContainText('reading')
  await why.getByRole('button', { name: 'Open the log' }).click()
  await expect(pages.getByRole('region', { name: 'Output' })).toContainText('ValueError')
})

test('a project that cannot be read says where', async ({ pages, owner }) => {
  const { writeFile, mkdir } = await import('node:fs/promises')
  await mkdir(`${owner.home}/bad`)
  await writeFile(`${owner.home}/bad/MLproject`, 'entry_points: [not, a, map\n')
  await pages.goto(`${owner.address}/#/project?path=${encodeURIComponent(`${owner.home}/bad`)}`)
  await expect(pages.getByRole('alert')).toContainText('MLproject')
})
