import { expect, test, violations } from './test'

test('a browser without the link is told what to do; the link lets it in once', async ({ page, owner, browser }) => {
  await page.goto(owner.address)
  await expect(page.getByRole('heading', { name: 'This browser has not been let in' })).toBeVisible()
  await expect(page.getByText('varve serve --open')).toBeVisible()
  expect(await violations(page)).toEqual([])

  const link = await owner.link()
  await page.goto(link)
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  expect(new URL(page.url()).hash).toBe('#/runs')
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()

  const other = await (await browser.newContext()).newPage()
  await other.goto(link)
  await expect(other.getByRole('heading', { name: 'This browser has not been let in' })).toBeVisible()
})

test('an empty workspace says how to start', async ({ pages }) => {
  await expect(pages.getByRole('heading', { name: 'No runs yet' })).toBeVisible()
  await expect(pages.getByText('MLFLOW_TRACKING_URI')).toBeVisible()
  await pages.getByRole('link', { name: 'Open a project' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
  await pages.getByRole('link', { name: 'Data' }).click()
  await expect(pages.getByRole('heading', { name: 'No data yet' })).toBeVisible()
})

test('addresses that lead nowhere say so', async ({ pages, owner }) => {
  await pages.goto(`${owner.address}/#/nowhere/at/all`)
  await expect(pages.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  await pages.goto(`${owner.address}/#/runs/0123456789abcdef0123456789abcdef`)
  await expect(pages.getByRole('alert')).toContainText('0123456789abcdef')
  await pages.getByRole('link', { name: 'Go to runs' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
})

test('a page whose script cannot be had says so, and is there after a reload', async ({ pages }) => {
  const script = '**/assets/SettingsPage*'
  await pages.route(script, (route) => route.abort())
  await pages.reload()
  await expect(pages.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  await pages.getByRole('link', { name: 'Settings' }).click()
  await expect(pages.getByRole('alert')).toContainText('This part of Varve could not be loaded.')
  expect(await violations(pages)).toEqual([])
  // The rest goes on.
  await pages.getByRole('link', { name: 'Data' }).click()
  await expect(pages.getByRole('heading', { name: 'No data yet' })).toBeVisible()
  await pages.goBack()
  await pages.unroute(script)
  await pages.getByRole('button', { name: 'Reload' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
})

test('the theme follows the system, and can be set', async ({ pages }) => {
  const ground = () => pages.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await pages.emulateMedia({ colorScheme: 'dark' })
  const dark = await ground()
  await pages.emulateMedia({ colorScheme: 'light' })
  const light = await ground()
  expect(dark).not.toBe(light)
  await pages.getByRole('button', { name: 'Theme: system' }).click()
  await pages.getByRole('button', { name: 'Theme: light' }).click()
  await expect.poll(ground).toBe(dark)
  await pages.reload()
  await expect(pages.getByRole('button', { name: 'Theme: dark' })).toBeVisible()
  await expect.poll(ground).toBe(dark)
})
