import type { Page, Route } from 'playwright/test'
import { expect, test } from './test'

const evil = `fetch('/api/varve/v1/workspace').then((r) => r.text()).then((t) => { document.documentElement.setAttribute('data-read', t.slice(0, 40)) }, () => document.documentElement.setAttribute('data-read', 'refused'))`
const files: Record<string, string> = {
  'page.html': `<!doctype html><title>still</title><p>a page</p><script>document.documentElement.setAttribute('data-ran', '1');${evil}</script>`,
  'drawing.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40"/><script>document.documentElement.setAttribute('data-ran', '1');${evil}</script></svg>`,
  'page.xhtml': `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>still</title></head><body><p>a page</p><script>document.documentElement.setAttribute('data-ran', '1');${evil}</script></body></html>`,
}

/** A run with files that carry scripts. */
async function record(page: Page): Promise<string> {
  return page.evaluate(async (files) => {
    const send = async (method: string, path: string, body: string) => {
      const answer = await fetch(path, { method, body, headers: { 'Content-Type': 'application/json' } })
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
      return (await answer.json()) as { run: { info: { run_id: string } } }
    }
    const { run } = await send('POST', '/api/2.0/mlflow/runs/create', JSON.stringify({ experiment_id: '0', run_name: 'hostile', start_time: Date.now() }))
    for (const [name, text] of Object.entries(files)) await send('PUT', `/api/2.0/mlflow-artifacts/artifacts/0/${run.info.run_id}/artifacts/${name}`, text)
    return run.info.run_id
  }, files)
}

/** Opens an address in a new tab of the same session, its answer changed on the way, and tells what came of the script. */
async function visit(page: Page, address: string, change: (headers: Record<string, string>) => void): Promise<{ ran: boolean; read: string }> {
  const tab = await page.context().newPage()
  const through = async (route: Route) => {
    const answer = await route.fetch()
    const headers = { ...answer.headers() }
    change(headers)
    await route.fulfill({ response: answer, headers })
  }
  await tab.route('**/page.*', through)
  await tab.route('**/drawing.*', through)
  await tab.route('**/*path=*', through)
  await tab.goto(address)
  const root = tab.locator(':root')
  const ran = (await root.getAttribute('data-ran')) === '1'
  if (ran) await expect.poll(() => root.getAttribute('data-read')).not.toBeNull()
  const read = (await root.getAttribute('data-read')) ?? ''
  await tab.close()
  return { ran, read }
}

test('files that carry scripts are saved, not run, and cannot read the record', async ({ pages, owner }) => {
  const run = await record(pages)
  const ways = (name: string) => [`/get-artifact?run_id=${run}&path=${name}`, `/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/${name}`, `/api/varve/v1/runs/${run}/artifact?path=${name}`, `/api/varve/v1/artifacts/file?address=runs:/${run}&path=${name}`]

  for (const name of Object.keys(files)) {
    for (const way of ways(name)) {
      await test.step(`${name} at ${way.split('?')[0] ?? way}`, async () => {
        const tab = await pages.context().newPage()
        const download = tab.waitForEvent('download')
        await tab.goto(owner.address + way).catch(() => undefined) // a download ends the navigation
        expect((await download).suggestedFilename()).toBe(name)
        expect(tab.url()).toBe('about:blank')
        await tab.close()
        // Whoever shows it all the same shows it in a sandbox, where nothing runs.
        const shown = await visit(pages, owner.address + way, (headers) => {
          headers['content-disposition'] = 'inline'
          headers['content-type'] = { html: 'text/html', svg: 'image/svg+xml', xhtml: 'application/xhtml+xml' }[name.split('.')[1] ?? ''] ?? ''
        })
        expect(shown).toEqual({ ran: false, read: '' })
      })
    }
  }

  await test.step('without its headers the same file would read the record: the test can fail', async () => {
    const shown = await visit(pages, `${owner.address}/get-artifact?run_id=${run}&path=page.html`, (headers) => {
      headers['content-disposition'] = 'inline'
      headers['content-type'] = 'text/html'
      delete headers['content-security-policy']
    })
    expect(shown.ran).toBe(true)
    expect(shown.read).toContain('"id"')
  })

  await test.step('the preview of the run shows the page without its script', async () => {
    await pages.goto(`${owner.address}/#/runs/${run}/artifacts`)
    await pages.getByText('page.html').first().click()
    const frame = pages.frameLocator('iframe[title="page.html"]')
    await expect(frame.getByText('a page')).toBeVisible()
    expect(await frame.locator(':root').getAttribute('data-ran')).toBeNull()
    expect(await pages.locator('iframe[title="page.html"]').getAttribute('sandbox')).toBe('')
  })

  await test.step('a page of another origin reads nothing, and changes nothing', async () => {
    const tab = await pages.context().newPage()
    await tab.route('http://evil.example/**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>evil</title>' }))
    await tab.goto('http://evil.example/')
    const outcome = await tab.evaluate(async ({ address, run }) => {
      const attempt = async (path: string, init: RequestInit) => fetch(address + path, init).then(async (r) => `${r.status} ${r.type} ${(await r.text()).slice(0, 20)}`, () => 'refused')
      return [
        await attempt('/api/varve/v1/home', { credentials: 'include' }),
        await attempt(`/get-artifact?run_id=${run}&path=page.html`, { credentials: 'include' }),
        await attempt('/api/2.0/mlflow/runs/delete', { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ run_id: run }) }),
        await attempt('/api/2.0/mlflow/runs/delete', { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'Content-Type': 'text/plain' }, body: JSON.stringify({ run_id: run }) }),
        await attempt('/api/varve/v1/workspace', { mode: 'no-cors', credentials: 'include' }),
      ]
    }, { address: owner.address, run })
    expect(outcome.map((o) => o.replace(/^0 opaque $/, 'refused'))).toEqual(['refused', 'refused', 'refused', 'refused', 'refused'])
    await tab.close()
    const status = await pages.evaluate(async (run) => ((await (await fetch(`/api/2.0/mlflow/runs/get?run_id=${run}`)).json()) as { run: { info: { lifecycle_stage: string } } }).run.info.lifecycle_stage, run)
    expect(status).toBe('active')
  })
})
