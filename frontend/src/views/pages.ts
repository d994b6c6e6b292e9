import type { Route } from '../state/route'
import { Later } from './later.svelte'
import { scripts } from './scripts'

/** A page, as the address names it. Its script comes with the first visit, or before. */
export interface Page {
  /** Takes the routes of its own place only. */
  script: Later<{ route: never }>
  /** Another one is another page; the same one is shown in place. */
  key: string
}

const places = Object.keys(scripts) as (keyof typeof scripts)[]
const pages = Object.fromEntries(places.map((place) => [place, new Later(scripts[place])])) as Record<keyof typeof scripts, Page['script']>

/** The page of a route; undefined for an address of nothing. */
export function pageOf(route: Route): Page | undefined {
  return route.place === 'unknown' ? undefined : { script: pages[route.place], key: keyOf(route) }
}

function keyOf(route: Route): string {
  if (route.place === 'run') return `run ${route.run}`
  if (route.place === 'dataset') return `dataset ${route.dataset}`
  if (route.place === 'project') return `project ${route.path}`
  if (route.place === 'model') return `model ${route.model}`
  if (route.place === 'address') return `address ${route.address}`
  return route.place
}

/** Sheets and other things over a page, and what stands in it when it has time. */
export const parts = {
  palette: new Later(() => import('./palette/Palette.svelte')),
  add: new Later(() => import('./data/AddSheet.svelte')),
  importing: new Later(() => import('./imports/ImportSheet.svelte')),
  exporting: new Later(() => import('./exports/ExportSheet.svelte')),
  keys: new Later(() => import('./frame/KeysSheet.svelte')),
  closing: new Later(() => import('./frame/ClosingSheet.svelte')),
  workspace: new Later(() => import('./frame/WorkspaceSheet.svelte')),
  experiments: new Later(() => import('./experiments/Sheets.svelte')),
  move: new Later(() => import('./runs/MoveSheet.svelte')),
  register: new Later(() => import('./models/RegisterSheet.svelte')),
  strip: new Later(() => import('./runs/ChartsStrip.svelte')),
  charts: new Later(() => import('./runs/ChartsPage.svelte')),
}

/** How long the page that was asked for has the machine for itself, in ms. */
const first = 1500

/** Fetches what is not here yet, one after the other, so that later clicks find it; until the answer is called. */
export function fetchAhead(): () => void {
  let on = true
  const timer = setTimeout(() => void all(() => on), first)
  return () => {
    on = false
    clearTimeout(timer)
  }
}

async function all(wanted: () => boolean): Promise<void> {
  const { palette, strip, ...rest } = parts
  for (const script of [palette, strip, pages.run, pages.home, pages.runs, ...Object.values(pages), ...Object.values(rest)]) {
    await idle()
    if (!wanted()) return
    await script.fetch()
  }
}

/** When nothing else is to be done; not every web view tells. */
function idle(): Promise<unknown> {
  return new Promise((when) => ('requestIdleCallback' in window ? requestIdleCallback(when, { timeout: 5000 }) : setTimeout(when, 100)))
}
