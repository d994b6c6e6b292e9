import type { Component } from 'svelte'
import type { Route } from '../state/route'

/** A page takes the routes of its own place only. */
type PageScript = () => Promise<{ default: Component<{ route: never }> }>

/** The scripts of the pages. */
export const scripts: Record<Exclude<Route['place'], 'unknown'>, PageScript> = {
  home: () => import('./home/HomePage.svelte'),
  runs: () => import('./runs/RunsPage.svelte'),
  run: () => import('./run/RunPage.svelte'),
  compare: () => import('./compare/ComparePage.svelte'),
  data: () => import('./data/DataPage.svelte'),
  dataset: () => import('./data/DatasetPage.svelte'),
  projects: () => import('./projects/ProjectsPage.svelte'),
  project: () => import('./projects/ProjectPage.svelte'),
  models: () => import('./models/ModelsPage.svelte'),
  model: () => import('./models/ModelPage.svelte'),
  address: () => import('./frame/AddressPage.svelte'),
  trash: () => import('./trash/TrashPage.svelte'),
  settings: () => import('./settings/SettingsPage.svelte'),
}
