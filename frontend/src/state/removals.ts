import type { DataRemoved, Dataset, DataVersion } from '../api/types'
import { plural } from '../format/words'
import type { App } from './app'

/** Removes a version, or the data set; the toast brings it back. */
export async function removeData(app: App, set: Dataset, version?: DataVersion): Promise<boolean> {
  return app.attempt(async () => {
    const did = await app.client.upkeep.remove(set.id, version?.id, false)
    await app.data.load()
    app.toasts.say(removedWords(did), { label: 'Undo', run: () => void bringBack(app, set, version) })
  })
}

/** Brings back what was removed, as far as its files are still there. */
export async function bringBack(app: App, set: Dataset, version?: DataVersion): Promise<boolean> {
  return app.attempt(async () => {
    const did = await app.client.upkeep.remove(set.id, version?.id, true)
    await app.data.load()
    app.toasts.say(backWords(did))
  })
}

/** What was removed, and what becomes of its files. */
export function removedWords(did: DataRemoved): string {
  if (did.used === did.versions) return `${named(did)} is removed. Runs have used it: its files stay while they are there.`
  const used = did.used > 0 ? ` Runs have used ${plural(did.used, 'version')}: those files stay.` : ''
  return `${named(did)} is removed. Its files are freed when space is, a day from now at the earliest.${used}`
}

/** What is back, and what is not. */
export function backWords(did: DataRemoved): string {
  const lost = did.lost ?? []
  const not = lost.length === 0 ? '' : ` ${lost.length === 1 ? 'Version' : 'Versions'} ${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'} not: the files were freed.`
  return `${named(did)} is back.${not}`
}

function named(did: DataRemoved): string {
  return did.number === undefined ? did.name : `Version ${did.number} of ${did.name}`
}
