import { createRequire } from 'node:module'
import { test as base, expect, type Page, type Request } from 'playwright/test'
import { Owner } from './owner'

interface Rig {
  /** The pages, let in, at all runs. */
  pages: Page
}

/** Tests with an owner for each file, and a browser that was let in. */
export const test = base.extend<Rig, { owner: Owner }>({
  owner: [
    async ({}, use) => {
      const owner = await Owner.start()
      await use(owner)
      await owner.close()
    },
    { scope: 'worker' },
  ],
  pages: async ({ page, owner }, use) => {
    const strange: string[] = []
    page.on('pageerror', (error) => strange.push(error.message))
    const foreign = (request: Request) => {
      const { origin, protocol } = new URL(request.url())
      return origin !== owner.address && protocol !== 'blob:' && protocol !== 'data:'
    }
    page.on('requestfinished', (request) => {
      if (foreign(request)) strange.push(`fetched ${request.url()}`)
    })
    // What a policy stops never left the machine; any other failure did, or tried to.
    page.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? ''
      if (foreign(request) && why !== 'csp') strange.push(`tried ${request.url()}: ${why}`)
    })
    page.on('request', (request) => {
      // The window takes what has the type of a form, or none, for a foreign page's.
      const kind = request.headers()['content-type']
      if (request.method() !== 'GET' && kind !== 'application/json') strange.push(`${request.method()} ${request.url()} has the type ${kind ?? 'none'}`)
    })
    await page.goto(await owner.link())
    await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
    await use(page)
    // No page may throw, and nothing may be fetched from anywhere else.
    expect(strange).toEqual([])
  },
})

export { expect }

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe finds wrong with a page, in words. */
export async function violations(page: Page): Promise<string[]> {
  // The content security policy forbids inline scripts; this way it does not matter.
  await page.evaluate(await (await import('node:fs/promises')).readFile(axePath, 'utf8'))
  return page.evaluate(async () => {
    // Nothing is judged in the middle of a change of colours.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const ending = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.allSettled(ending.map((a) => a.finished))
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }
    return (await axe.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`)
  })
}

/** A row of the table of runs. */
export function row(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })
}
