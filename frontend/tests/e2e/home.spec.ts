import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright/test'
import type { Owner } from './owner'
import { expect, row, test, violations } from './test'

const run = promisify(execFile)

/** Opens an address in a page that was let in. */
async function visit(page: Page, address: string, title: string) {
  await page.goto(address)
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
}

async function open(page: Page) {
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Find or do' })
  await expect(field).toBeFocused()
  return field
}

/** The line that Enter would take. */
const chosen = (page: Page) => page.getByRole('listbox', { name: 'What was found' }).getByRole('option', { selected: true })

test('a window without an address begins at Home; an empty workspace says how to begin', async ({ pages, owner }) => {
  await visit(pages, `${owner.address}/`, 'Home')
  await expect(pages.getByText('Nothing has happened here yet')).toBeVisible()
  await expect(pages.getByRole('navigation', { name: 'Places' }).getByRole('link').first()).toHaveAccessibleName('Home')
  expect(await violations(pages)).toEqual([])
  await pages.getByRole('navigation', { name: 'Begin' }).getByRole('button', { name: 'Add data' }).click()
  await expect(pages.getByRole('dialog', { name: 'Add data' })).toBeVisible()
  await pages.keyboard.press('Escape')
  await pages.getByRole('navigation', { name: 'Begin' }).getByRole('link', { name: 'Open a project' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'Projects' })).toBeVisible()
})

test('the line for scripts is copied, and does what it says', async ({ pages, owner, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await visit(pages, `${owner.address}/#/home`, 'Home')
  // The program needs no place on the PATH.
  const env = { ...owner.env, VARVE_WORKSPACE: '' }
  const copied = async () => {
    await pages.getByRole('button', { name: 'Copy line' }).click()
    await expect(pages.getByText(/^Line copied/).last()).toBeVisible()
    return pages.evaluate(() => navigator.clipboard.readText())
  }
  const notebook = await copied()
  const { stdout: python } = await run('python3', ['-c', `${notebook}\nprint(os.environ["MLFLOW_TRACKING_URI"], "MLFLOW_TRACKING_PASSWORD" in os.environ)`], { env, cwd: '/' })
  expect(python.trim()).toBe(`${owner.address} True`)
  await pages.getByRole('button', { name: 'Terminal' }).click()
  const { stdout: shell } = await run('sh', ['-c', `${await copied()}; echo "$MLFLOW_TRACKING_URI"`], { env, cwd: '/' })
  expect(shell.trim()).toBe(owner.address)
  await pages.getByRole('button', { name: 'Check it' }).click()
  await expect(pages.getByText(/^It works: Python 3\.\d+\.\d+ found this workspace\.$/)).toBeVisible()
  await pages.getByRole('button', { name: 'Notebook' }).click()
  await pages.getByRole('button', { name: 'Check it' }).click()
  await expect(pages.getByText(/^It works: Python/)).toBeVisible()
  expect(await violations(pages)).toEqual([])
  await pages.getByText('What it sets').click()
  await expect(pages.getByRole('definition').filter({ hasText: owner.address })).toBeVisible()
})

/** A worker that starts anew after a failure finds what the tests below look at. */
async function furnish(owner: Owner) {
  if ((await owner.command('runs', 'list')).includes('bright-tephra')) return
  await owner.train({ rate: 0.2, steps: 4 }, 'bright-tephra', 'wine/little')
  await mkdir(join(owner.home, 'varves'))
  await writeFile(join(owner.home, 'varves', 'cores.csv'), 'a;b\n')
  await owner.command('data', 'add', 'varves', join(owner.home, 'varves'))
}

test('Home tells what runs, what ended, what was added, and what needs a look', async ({ pages, owner }) => {
  await visit(pages, `${owner.address}/#/home`, 'Home')
  const side = pages.getByRole('complementary', { name: 'Now' })
  const stream = pages.getByRole('region', { name: 'What happened' })

  const goOn = await owner.hold()
  const slow = owner.train({ rate: 0.2, steps: 12, pause: 0.1 }, 'slow-kettle', 'wine/little')
  await expect(side.getByRole('link', { name: 'slow-kettle' })).toBeVisible()
  await expect(side.getByRole('progressbar', { name: 'slow-kettle' })).toBeVisible()
  await expect(side.getByText(/^\d+ of 12$/)).toBeVisible()
  await expect(side.locator('polyline')).toHaveCount(1)
  await goOn()
  await slow
  // Nothing is pressed: it moves by itself.
  await expect(stream.getByRole('listitem').filter({ hasText: 'slow-kettle' })).toContainText('in wine/little')
  await expect(side.getByText('Nothing runs now')).toBeVisible()
  await expect(pages.getByText('1 run ended since yesterday')).toBeVisible()

  const folder = join(owner.home, 'sediments')
  await mkdir(folder)
  await writeFile(join(folder, 'cores.csv'), 'a;b\n')
  await owner.command('data', 'add', 'sediments', folder)
  await expect(stream.getByRole('listitem').filter({ hasText: 'sediments version 1' })).toBeVisible()

  await owner.train({ rate: 0.2, data: folder }, 'dull-esker', 'wine/little').catch(() => undefined)
  await expect(side.getByRole('heading', { name: 'Worth a look' })).toBeVisible()
  await side.getByRole('link', { name: 'Log of dull-esker' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'dull-esker' })).toBeVisible()
  await pages.goBack()
  await stream.getByRole('link', { name: 'sediments' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'sediments' })).toBeVisible()
})

test('Find or do, by keys alone', async ({ pages, owner }) => {
  await furnish(owner)
  await expect(row(pages, 'bright-tephra')).toBeVisible()

  await test.step('it is a combobox with a list, and Escape leaves the focus where it was', async () => {
    await pages.getByRole('grid').focus()
    const field = await open(pages)
    await expect(field).toHaveAttribute('aria-expanded', 'true')
    const list = await field.getAttribute('aria-controls')
    await expect(pages.getByRole('listbox')).toHaveAttribute('id', list ?? '')
    const first = await field.getAttribute('aria-activedescendant')
    await expect(chosen(pages)).toHaveAttribute('id', first ?? '')
    await pages.keyboard.press('ArrowDown')
    expect(await field.getAttribute('aria-activedescendant')).not.toBe(first)
    await pages.keyboard.press('ArrowUp')
    await pages.keyboard.press('ArrowUp')
    await expect(chosen(pages)).toHaveText(/theme/)
    await pages.keyboard.press('Escape')
    await expect(pages.getByRole('dialog')).toHaveCount(0)
    await expect(pages.getByRole('grid')).toBeFocused()
  })

  await test.step('a run by its name, with a slip of the finger', async () => {
    const field = await open(pages)
    await field.fill('tehpra')
    await expect(chosen(pages)).toContainText('bright-tephra')
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('heading', { level: 1, name: 'bright-tephra' })).toBeVisible()
  })

  await test.step('what was used last comes first, after a reload, too', async () => {
    await pages.reload()
    await expect(pages.getByRole('heading', { level: 1, name: 'bright-tephra' })).toBeVisible()
    await open(pages)
    await expect(chosen(pages)).toContainText('bright-tephra')
    await pages.keyboard.press('Control+k')
    await expect(pages.getByRole('dialog')).toHaveCount(0)
  })

  await test.step('data, experiments, projects, filters and actions', async () => {
    await pages.goto(`${owner.address}/#/projects`)
    await pages.getByLabel('Open a project').fill(owner.project)
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('heading', { level: 1, name: 'little', exact: true })).toBeVisible()
    for (const [query, line, title] of [
      ['varve', 'varves', 'varves'],
      ['wine li', 'wine/little', 'little'],
      ['little proj', 'little', 'little'],
      ['metrics.rmse < 0.9', 'Show the runs with', 'Runs'],
      ['preferences', 'Settings', 'Settings'],
    ] as const) {
      const field = await open(pages)
      await field.fill(query)
      await expect(chosen(pages)).toContainText(line)
      await pages.keyboard.press('Enter')
      await expect(pages.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible()
    }
    const field = await open(pages)
    await field.fill('add dat')
    await expect(chosen(pages)).toContainText('Add data')
    await pages.keyboard.press('Enter')
    await expect(pages.getByRole('dialog', { name: 'Add data' })).toBeVisible()
    await pages.keyboard.press('Escape')
  })

  await test.step('nothing found is said in words', async () => {
    const field = await open(pages)
    await field.fill('qqqqqq')
    await expect(pages.getByText('Nothing is called “qqqqqq”.')).toBeVisible()
    await expect(field).toHaveAttribute('aria-expanded', 'false')
    await expect(pages.getByRole('status').filter({ hasText: 'Nothing found' })).toHaveCount(1)
    await pages.keyboard.press('Enter')
    await expect(field).toBeFocused()
  })
})

test('Find or do opens and answers at once (printed)', async ({ pages, owner }) => {
  await furnish(owner)
  await expect(row(pages, 'bright-tephra')).toBeVisible()
  /** From the key to the frame after the change, in the page's own time. */
  const painted = (keys: string) =>
    pages.evaluate(
      (key) =>
        new Promise<number>((done) => {
          const begin = performance.now()
          const target = document.activeElement ?? document.body
          if (key === 'open') window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }))
          else if (target instanceof HTMLInputElement) {
            target.value += key
            target.dispatchEvent(new InputEvent('input', { bubbles: true }))
          }
          requestAnimationFrame(() => {
            const channel = new MessageChannel()
            channel.port1.onmessage = () => done(performance.now() - begin)
            channel.port2.postMessage(0)
          })
        }),
      keys,
    )
  const opens: number[] = []
  const letters: number[] = []
  for (let i = 0; i < 10; i++) {
    opens.push(await painted('open'))
    await expect(pages.getByRole('combobox', { name: 'Find or do' })).toBeFocused()
    for (const letter of 'run') letters.push(await painted(letter))
    await pages.keyboard.press('Escape')
    await expect(pages.getByRole('dialog')).toHaveCount(0)
  }
  const median = (all: number[]) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN
  process.stdout.write(`find or do: open ${median(opens).toFixed(1)} ms (most ${Math.max(...opens).toFixed(1)}), a letter ${median(letters).toFixed(1)} ms (most ${Math.max(...letters).toFixed(1)})\n`)
})

test('settings are kept: theme, numbers, keys', async ({ pages, owner }) => {
  await pages.getByRole('link', { name: 'Settings' }).click()
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await pages.getByRole('radio', { name: 'Dark' }).check()
  await expect(pages.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(pages.getByText('61,578 points')).toBeVisible()
  await pages.getByRole('radio', { name: '61.578,5' }).check()
  await expect(pages.getByText('61.578 points')).toBeVisible()
  await expect(pages.getByText('0,6355')).toBeVisible()
  await pages.getByRole('switch', { name: 'Single letters are keys' }).uncheck()
  await pages.locator('main').focus()
  await pages.keyboard.press('g')
  await pages.keyboard.press('r')
  await pages.keyboard.press('?')
  await expect(pages.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await expect(pages.getByRole('dialog')).toHaveCount(0)
  await pages.reload()
  await expect(pages.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(pages.getByRole('radio', { name: '61.578,5' })).toBeChecked()
  await expect(pages.getByRole('switch', { name: 'Single letters are keys' })).not.toBeChecked()
  await pages.getByRole('switch', { name: 'Single letters are keys' }).check()
  await pages.locator('main').focus()
  await pages.keyboard.press('g')
  await pages.keyboard.press('h')
  await expect(pages.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible()
  await visit(pages, `${owner.address}/#/settings`, 'Settings')
  await expect(pages.getByText(join(owner.home, 'lake-lab'), { exact: true })).toBeVisible()
  expect((await owner.command('--version')).trim()).toContain(await pages.getByRole('definition').first().innerText())
})

test('keys make the rail slim and hide the side pane, and both are kept', async ({ pages, owner }) => {
  await furnish(owner)
  await visit(pages, `${owner.address}/#/home`, 'Home')
  const rail = pages.getByRole('navigation', { name: 'Places' })
  const width = async () => (await rail.boundingBox())?.width ?? 0
  const side = pages.getByRole('complementary', { name: 'Now' })
  expect(await width()).toBeGreaterThan(200)
  await pages.keyboard.press('[')
  await expect.poll(width).toBeLessThan(60)
  await expect(rail.getByRole('link', { name: 'Runs' })).toBeVisible()
  await pages.keyboard.press(']')
  await expect(side).toBeHidden()
  await pages.reload()
  await expect(pages.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible()
  expect(await width()).toBeLessThan(60)
  await expect(side).toBeHidden()
  // A narrow window has a slim rail by itself; the key makes it wide.
  await pages.keyboard.press('[')
  await pages.keyboard.press(']')
  await expect(side).toBeVisible()
  await pages.setViewportSize({ width: 1024, height: 700 })
  await expect.poll(width).toBeLessThan(60)
  await pages.keyboard.press('[')
  await expect.poll(width).toBeGreaterThan(200)
  expect(await violations(pages)).toEqual([])
})

test('diagnostics are read before they are saved, and name neither person nor data', async ({ pages, owner }) => {
  await furnish(owner)
  await pages.keyboard.press('Control+k')
  await pages.keyboard.type('diagno')
  await expect(pages.getByRole('option', { selected: true })).toContainText('iagnostics')
  await pages.keyboard.press('Enter')
  const sheet = pages.getByRole('dialog', { name: 'Diagnostics' })
  const text = sheet.getByRole('region', { name: 'Contents of the file' })
  await expect(text).toContainText('of them live')
  await expect(text).toContainText('shown in               a browser')
  const read = await text.innerText()
  for (const name of [owner.home, 'bright-tephra', 'varves', 'little']) expect(read).not.toContain(name)
  expect(await violations(pages)).toEqual([])
  const saved = pages.waitForEvent('download')
  await sheet.getByRole('button', { name: 'Save file' }).click()
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/^varve-diagnostics-\d{4}-\d\d-\d\d\.txt$/)
  expect(await readFile(await file.path(), 'utf8')).toBe(read)
  await expect(sheet).toHaveCount(0)
})

test('the licences of everything are there, with their texts', async ({ pages, owner }) => {
  await visit(pages, `${owner.address}/#/settings?show=licences`, 'Settings')
  const sheet = pages.getByRole('dialog', { name: 'Licences' })
  await sheet.getByRole('searchbox').fill('badger')
  await sheet.getByRole('button', { name: /dgraph-io\/badger/ }).click()
  await expect(sheet).toContainText('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION')
  await sheet.getByRole('searchbox').fill('ofl')
  await sheet.getByRole('button', { name: /inter/ }).click()
  await expect(sheet).toContainText('SIL OPEN FONT LICENSE')
  await sheet.getByRole('searchbox').fill('gpl')
  await expect(sheet).toContainText('No part has “gpl”.')
  expect(await violations(pages)).toEqual([])
  await pages.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
})

test('notifications come only when wanted, allowed, and nobody looks', async ({ pages, owner, context }) => {
  await pages.addInitScript(() => {
    const shown: string[] = []
    const Shown = function (title: string, options: { body: string }) {
      shown.push(`${title}: ${options.body}`)
    }
    const granting = {
      permission: 'default',
      requestPermission: () => {
        granting.permission = (window as unknown as { answer?: string }).answer ?? 'granted'
        return Promise.resolve(granting.permission)
      },
    }
    Object.defineProperty(Shown, 'permission', { get: () => granting.permission })
    Object.assign(Shown, { requestPermission: granting.requestPermission })
    Object.assign(window, { Notification: Shown, shown })
  })
  /** A run that the page has seen live before it ends. */
  const train = async (name: string) => {
    const goOn = await owner.hold()
    const known = pages.waitForResponse(async (answer) => answer.url().includes('/api/varve/v1/runs?') && (await answer.text()).includes(`"${name}"`))
    const over = owner.train({ rate: 0.1, steps: 2 }, name, 'wine/little')
    await known
    await goOn()
    await over
  }
  const shown = () => pages.evaluate(() => (window as unknown as { shown: string[] }).shown)
  await visit(pages, `${owner.address}/#/settings`, 'Settings')
  await pages.reload()
  const wish = pages.getByRole('switch', { name: 'Tell me when a run ends or fails' })

  await pages.evaluate(() => Object.assign(window, { answer: 'denied' }))
  await wish.click()
  await expect(pages.getByText('They are forbidden for this page')).toBeVisible()
  await expect(wish).not.toBeChecked()

  await pages.reload()
  await wish.click()
  await expect(wish).toBeChecked()
  await train('seen')
  await expect(pages.getByText('seen: Finished')).toHaveCount(1)
  await pages.evaluate(() => Object.defineProperty(document, 'hasFocus', { value: () => false }))
  await train('unseen')
  await expect.poll(shown).toEqual(['unseen: Finished'])
  await context.clearPermissions()
})

for (const theme of ['light', 'dark'] as const) {
  test(`axe has nothing to say, ${theme}`, async ({ pages, owner }) => {
    await furnish(owner)
    await pages.emulateMedia({ colorScheme: theme })
    for (const [hash, title] of [['#/home', 'Home'], ['#/settings', 'Settings']] as const) {
      await visit(pages, `${owner.address}/${hash}`, title)
      await expect(pages.getByText('bright-tephra').or(pages.getByText('Single letters are keys')).first()).toBeVisible()
      expect(await violations(pages)).toEqual([])
    }
    for (const sheet of ['Licences', 'Diagnostics']) {
      await pages.goto(`${owner.address}/#/settings?show=${sheet.toLowerCase()}`)
      await expect(pages.getByRole('dialog', { name: sheet })).toContainText(sheet === 'Licences' ? 'echarts' : 'goroutines')
      expect(await violations(pages)).toEqual([])
      await pages.keyboard.press('Escape')
    }
    const field = await open(pages)
    expect(await violations(pages)).toEqual([])
    await field.fill('wine')
    await expect(chosen(pages)).toBeVisible()
    expect(await violations(pages)).toEqual([])
    await field.fill('qqqqqq')
    await expect(pages.getByText('Nothing is called')).toBeVisible()
    expect(await violations(pages)).toEqual([])
  })
}
