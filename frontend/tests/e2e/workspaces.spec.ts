import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import type { Owner } from './owner'
import { expect, test, violations } from './test'

const nameOf = (page: Page) => page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /, workspace$/ })

async function openMenu(page: Page) {
  await nameOf(page).click()
  const menu = page.getByRole('menu', { name: 'Workspaces' })
  await expect(menu).toBeVisible()
  return menu
}

/** Opens an owner of another workspace, which enters it into the list. */
async function known(owner: Owner, name: string) {
  const folder = join(owner.home, name)
  await owner.command('runs', 'list', '--workspace', folder)
  return folder
}

test('another workspace is opened from the menu, and the way back is there', async ({ page, owner }) => {
  await known(owner, 'glacier')
  await page.goto(await owner.link())
  await expect(nameOf(page)).toHaveAccessibleName('lake-lab, workspace')
  const menu = await openMenu(page)
  await expect(menu.getByRole('menuitemradio', { checked: true })).toContainText('lake-lab')
  expect(await violations(page)).toEqual([])

  // By keys: the cursor stands on this one; letters lead to names.
  await page.keyboard.press('g')
  await expect(menu.getByRole('menuitemradio', { name: /glacier/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(nameOf(page)).toHaveAccessibleName('glacier, workspace')
  expect(new URL(page.url()).origin).not.toBe(owner.address)

  await page.keyboard.press('Control+k')
  await page.keyboard.type('switch to lake')
  await expect(page.getByRole('option', { selected: true })).toContainText('Switch to lake-lab')
  await page.keyboard.press('Enter')
  await expect(nameOf(page)).toHaveAccessibleName('lake-lab, workspace')
  expect(new URL(page.url()).origin).toBe(owner.address)
  // The same browser is in both: neither session has ended the other.
  await page.reload()
  await expect(nameOf(page)).toHaveAccessibleName('lake-lab, workspace')
})

test('a folder that is none is refused in words, with nothing changed; a new one is made', async ({ page, owner }) => {
  const full = join(owner.home, 'papers')
  await mkdir(full)
  await writeFile(join(full, 'draft.txt'), 'mine')
  await page.goto(await owner.link())
  await (await openMenu(page)).getByRole('menuitem', { name: 'Open another workspace…' }).click()
  const sheet = page.getByRole('dialog', { name: 'Open another workspace' })
  await sheet.getByLabel('Folder').fill(full)
  await page.keyboard.press('Enter')
  await expect(sheet).toContainText('is not a Varve workspace')
  await expect(sheet.getByLabel('Folder')).toHaveValue(full)
  await sheet.getByLabel('Folder').fill(join(owner.home, 'nowhere'))
  await page.keyboard.press('Enter')
  await expect(sheet).toContainText('There is no folder')
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')

  await (await openMenu(page)).getByRole('menuitem', { name: 'New workspace…' }).click()
  const make = page.getByRole('dialog', { name: 'New workspace' })
  const field = make.getByLabel('Folder')
  // The proposal lies beside this workspace; a name is added.
  await expect(field).toHaveValue(`${owner.home}/`)
  await field.fill(full)
  await make.getByRole('button', { name: 'Make workspace' }).click()
  await expect(make).toContainText('is not empty and is not a Varve workspace')
  await expect(stat(join(full, 'varve.json'))).rejects.toThrow()
  await field.fill(join(owner.home, 'lake-lab', 'inside'))
  await make.getByRole('button', { name: 'Make workspace' }).click()
  await expect(make).toContainText('lies in the workspace')
  await field.fill(join(owner.home, 'Été 2026'))
  await make.getByRole('button', { name: 'Make workspace' }).click()
  await expect(nameOf(page)).toHaveAccessibleName('Été 2026, workspace')
  await stat(join(owner.home, 'Été 2026', 'varve.json'))
})

test('a workspace that has gone says so, and leaves the list and comes back with Undo', async ({ page, owner }) => {
  const folder = await known(owner, 'brook')
  await rename(folder, `${folder} elsewhere`)
  await page.goto(await owner.link())
  let menu = await openMenu(page)
  const gone = menu.getByRole('menuitemradio', { name: /brook/ })
  await expect(gone).toHaveAttribute('aria-disabled', 'true')
  await expect(gone).toContainText('Not found at')
  await menu.getByRole('menuitem', { name: 'Take brook off the list' }).click()
  await expect(gone).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(page.getByText('brook is off the list').last()).toBeVisible()
  await page.reload()
  menu = await openMenu(page)
  await expect(menu.getByRole('menuitemradio').first()).toBeVisible()
  await expect(gone).toBeHidden()
  expect(await owner.command('workspaces')).not.toContain('brook')
  await page.keyboard.press('Escape')

  await known(owner, 'brook')
  await rename(folder, `${folder} again`)
  await page.reload()
  menu = await openMenu(page)
  await menu.getByRole('menuitem', { name: 'Take brook off the list' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Undo' }).click()
  await openMenu(page)
  await expect(gone).toBeVisible()
  // A workspace that is gone is not offered to those who look for something to do.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('switch to brook')
  await expect(page.getByRole('option', { name: /Switch to brook/ })).toHaveCount(0)
})

test('the menu is usable in a narrow window and in the dark', async ({ page, owner }) => {
  await page.setViewportSize({ width: 1024, height: 700 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(await owner.link())
  const menu = await openMenu(page)
  const box = await menu.boundingBox()
  expect(box !== null && box.x >= 0 && box.x + box.width <= 1024 && box.y + box.height <= 700).toBe(true)
  expect(await violations(page)).toEqual([])
})

test('where one workspace follows another at the same address, Back leads Home and says why', async ({ page, owner }) => {
  await owner.train({ rate: 0.2, steps: 2 }, 'bright-tephra')
  await page.goto(await owner.link())
  await page.getByRole('link', { name: 'bright-tephra' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'bright-tephra' })).toBeVisible()
  const delta = join(owner.home, 'delta')
  await owner.end()
  await owner.serve(delta)
  await page.goto(await owner.link('--workspace', delta))
  await expect(nameOf(page)).toHaveAccessibleName('delta, workspace')
  await page.getByRole('link', { name: 'Data' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()

  // Its own pages first, then one of the other.
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible()
  await expect(page.getByText('That page is in lake-lab; this is Home of delta.').last()).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  // Forward leads through its own as before.
  await page.goForward()
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  await page.goForward()
  await expect(page.getByRole('heading', { level: 1, name: 'Data' })).toBeVisible()
  await page.goBack()
  await page.goBack()
  await page.getByRole('button', { name: 'Switch back' }).click()
  await expect(nameOf(page)).toHaveAccessibleName('lake-lab, workspace')
})
