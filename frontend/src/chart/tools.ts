import type { Line } from './data'
import type { ChartHub } from './hub.svelte'

/** What a page gives to its charts beside their points. */
export interface ChartTools {
  hub: ChartHub
  /** Fills the page with this chart; undefined when it does. */
  full: (() => void) | undefined
  /** Every point of its lines, not only those that are drawn. */
  all: () => Promise<readonly Line[]>
  /** Puts something into a file of the person. */
  save: (name: string, content: Blob) => void
  /** Does something that may fail, and says so. */
  attempt: (act: () => Promise<void>) => void
}
