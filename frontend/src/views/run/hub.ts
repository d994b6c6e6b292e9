import { createContext } from 'svelte'
import type { ChartHub } from '../../chart/hub.svelte'

/** What the charts of the page of a run share. */
export const [useHub, provideHub] = createContext<ChartHub>()
