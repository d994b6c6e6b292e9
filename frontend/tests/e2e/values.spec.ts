import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { Page } from 'playwright/test'
import type { Owner } from './owner'
import { expect, test, violations } from './test'

/** A NumPy array of float64. */
function npy(shape: string, values: readonly number[]): Buffer {
  const head = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }\n`
  const size = Buffer.alloc(2)
  size.writeUInt16LE(head.length)
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), size, Buffer.from(head), Buffer.from(new Float64Array(values).buffer)])
}

/** A picture of one colour. */
function png(red: number, green: number, side: number): Buffer {
  const crc = (data: Buffer) => {
    let c = ~0
    for (const byte of data) {
      c ^= byte
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    }
    return ~c >>> 0
  }
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length)
    body.copy(out, 4)
    out.writeUInt32BE(crc(body), body.length + 4)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side)
  head.writeUInt32BE(side, 4)
  head.set([8, 2], 8)
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: side }, () => [red, green, 120]).flat())])
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))), chunk('IEND', Buffer.alloc(0))])
}

/** Measured wines: of the second version some values, rows and a column are others. */
function wines(second: boolean): string {
  const grapes = ['pinot', 'riesling', 'riesling', 'syrah']
  const lines = [second ? 'bottle,acid,grape,tasted,lab' : 'bottle,acid,grape,tasted,old']
  for (let i = second ? 5 : 0; i < (second ? 403 : 400); i++) {
    const acid = 6 + 2 * Math.sin(i * 12.9898) + (second && i % 4 === 0 ? 1 : 0)
    const grape = second && i % 20 === 0 ? 'merlot' : grapes[i % 4]
    lines.push(`${i},${i % 50 === 7 ? '' : acid.toFixed(3)},${grape},2024-0${1 + (i % 9)}-15,${second ? 'Basel' : 'x'}`)
  }
  return `${lines.join('\n')}\n`
}

async function layDown(owner: Owner, name: string): Promise<void> {
  const folder = join(owner.home, name)
  await mkdir(join(folder, 'raw'), { recursive: true })
  const parquet = await readFile(join(import.meta.dirname, '../../../backend/sheet/testdata/zstd.parquet'))
  for (const second of [false, true]) {
    await writeFile(join(folder, 'wine.csv'), wines(second))
    await writeFile(join(folder, 'weights.npy'), npy('(3, 2)', second ? [1, 2, 3, 4, 5, 9] : [1, 2, 3, 4, 5, 6]))
    await writeFile(join(folder, 'raw', 'label.png'), png(second ? 200 : 60, second ? 60 : 160, second ? 48 : 32))
    await writeFile(join(folder, 'raw', 'model.bin'), Buffer.from([0, 1, 2, 0x41]))
    await writeFile(join(folder, 'kinds.parquet'), parquet)
    await writeFile(join(folder, 'notes.md'), '# Notes\n\nAs **received**.\n')
    await writeFile(join(folder, 'open.csv'), 'a,b\n1,2\n"3,4\n')
    await owner.command('data', 'add', name, folder)
  }
}

async function visit(page: Page, owner: Owner, name: string): Promise<void> {
  await page.goto(`${owner.address}/#/data`)
  await page.getByRole('row').getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    expect(await violations(page)).toEqual([])
    const folder = process.env['VARVE_SHOTS']
    if (folder !== undefined) await page.screenshot({ path: join(folder, `values-${name}-${scheme}.png`) })
  }
}

/** What a narrow window leaves out must not be what the page is for. */
async function inANarrowWindow(page: Page, look: () => Promise<void>): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width: 1024, height: 700 })
  await look()
  if (before !== null) await page.setViewportSize(before)
}

test('files of a version are looked at', async ({ pages, owner }) => {
  await layDown(owner, 'cellar')
  await visit(pages, owner, 'cellar')
  await pages.getByRole('link', { name: /^Files/ }).click()
  const contents = pages.getByRole('region', { name: 'Contents' })
  const back = () => pages.getByRole('navigation', { name: 'Folder' }).getByRole('button', { name: 'all' }).click()

  await test.step('a table: its columns, then its rows', async () => {
    await pages.getByRole('button', { name: 'wine.csv' }).click()
    await expect(contents).toContainText('398 rows, 5 columns, UTF-8, separated by comma')
    const acid = contents.getByRole('region', { name: 'Columns' }).getByRole('row', { name: /^acid/ })
    await expect(acid).toContainText('number')
    await expect(acid).toContainText('8 (2')
    await expect(acid.getByRole('img', { name: /^acid: from .* most often between/ })).toBeVisible()
    await expect(contents.getByRole('row', { name: /^grape/ })).toContainText(/riesling \d+/)
    await expect(contents.getByRole('row', { name: /^tasted/ })).toContainText('2024-01-15')
    await expect(contents.getByRole('region', { name: 'Rows' }).getByRole('row')).toHaveCount(399)
    await inBothThemes(pages, 'table')
    await pages.reload()
    await expect(acid).toBeVisible()
    await inANarrowWindow(pages, async () => {
      await expect(acid).toBeVisible()
      await expect(contents.getByRole('region', { name: 'Rows' })).toBeVisible()
    })
  })

  await test.step('Parquet, arrays, pictures, Markdown, and bytes of which nobody knows what they are', async () => {
    await back()
    await pages.getByRole('button', { name: 'kinds.parquet' }).click()
    await expect(contents).toContainText('3 rows, 19 columns, Parquet')
    await expect(contents.getByRole('region', { name: 'Rows' })).toContainText('9007199254740993')
    await back()
    await pages.getByRole('button', { name: 'weights.npy' }).click()
    await expect(contents.getByRole('row', { name: '3 × 2 float64 0 0 1 9 4 2.582' })).toBeVisible()
    await back()
    await pages.getByRole('button', { name: 'notes.md' }).click()
    await expect(contents.getByRole('heading', { name: 'Notes' })).toBeVisible()
    await back()
    await pages.getByRole('button', { name: 'raw' }).click()
    await pages.getByRole('button', { name: 'label.png' }).click()
    await expect(contents.getByRole('img', { name: 'label.png' })).toBeVisible()
    await pages.getByRole('navigation', { name: 'Folder' }).getByRole('button', { name: 'raw' }).click()
    await pages.getByRole('button', { name: 'model.bin' }).click()
    await expect(contents).toContainText('00000000  00 01 02 41')
    await inBothThemes(pages, 'hex')
  })

  await test.step('a table that ends too early shows what there is', async () => {
    await back()
    await pages.getByRole('button', { name: 'open.csv' }).click()
    await expect(contents).toContainText('The rows after these cannot be read: ')
    await expect(contents.getByRole('region', { name: 'Rows' }).getByRole('row')).toHaveCount(2)
    const waiting = pages.waitForEvent('download')
    await pages.getByRole('link', { name: 'Download' }).click()
    expect((await waiting).suggestedFilename()).toBe('open.csv')
  })
})

test('what differs in a table, an array and a picture is shown', async ({ pages, owner }) => {
  await layDown(owner, 'vault')
  await visit(pages, owner, 'vault')
  const changed = pages.getByRole('region', { name: 'What differs, by path' })

  await test.step('rows and columns of a table, matched by a column that is found', async () => {
    await changed.getByRole('button', { name: 'wine.csv' }).focus()
    await pages.keyboard.press('Enter')
    await expect(changed).toContainText('3 rows added, 5 removed, 98 changed, 297 the same')
    await expect(changed.getByLabel('Rows matched by')).toHaveValue('bottle')
    const columns = changed.getByRole('region', { name: 'Columns that differ' })
    await expect(columns.getByRole('row', { name: /Added: lab/ })).toContainText('new column')
    await expect(columns.getByRole('row', { name: /Removed: old/ })).toContainText('column is gone')
    await expect(columns.getByRole('row', { name: /^acid/ }).getByRole('img', { name: /^acid: before from .*; after from/ })).toBeVisible()
    await expect(columns.getByRole('row', { name: /^grape/ })).toContainText('new: merlot')
    const rows = changed.getByRole('region', { name: 'Rows changed' })
    await inANarrowWindow(pages, async () => {
      await expect(columns).toBeVisible()
      await expect(rows).toBeVisible()
      // Sizes before and after fit in; only the tables may be wider than the window.
      expect(await changed.evaluate((list) => list.scrollWidth - list.clientWidth)).toBe(0)
    })
    await expect(rows.getByRole('rowheader', { name: '20', exact: true }).first()).toBeVisible()
    await expect(rows.getByRole('row').filter({ hasText: 'merlot' }).first()).toContainText('pinot')
    await inBothThemes(pages, 'changes')
  })

  await test.step('they can be matched by all of their values, and lines are still there', async () => {
    await changed.getByLabel('Rows matched by').selectOption('all of their values')
    await expect(changed).toContainText('101 rows added, 103 removed, 297 the same')
    await changed.getByRole('button', { name: 'Lines' }).click()
    await expect(pages.getByRole('region', { name: 'Difference in wine.csv' })).toContainText('new: bottle,acid,grape,tasted,lab')
    await changed.getByRole('button', { name: 'wine.csv' }).click()
  })

  await test.step('arrays by their figures, pictures side by side', async () => {
    await changed.getByRole('button', { name: 'weights.npy' }).click()
    await expect(changed.getByRole('region', { name: 'Arrays that differ' }).getByRole('row').last()).toContainText(/3 × 2\s*float64\s*1 \(17.%\)\s*3\s*0\s*1\s*6 → 9/)
    await changed.getByRole('button', { name: 'raw/label.png' }).click()
    await expect(changed.getByRole('figure').filter({ hasText: 'Before' })).toContainText('32 × 32')
    await expect(changed.getByRole('figure').filter({ hasText: 'After' })).toContainText('48 × 48')
    await inBothThemes(pages, 'pictures')
  })
})
