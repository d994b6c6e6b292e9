import type { EndStatus } from '../api/types'
import { plural } from '../format/words'
import type { App } from './app'

/** The tag in which MLflow keeps the note of a run. */
export const noteTag = 'mlflow.note.content'

/** Gives a run another name; the toast takes it back. */
export function rename(app: App, run: { id: string; name: string }, name: string): Promise<boolean> {
  const { id, name: before } = run
  const set = (to: string) => app.attempt(() => app.client.rename(id, to))
  return change(app, set, name, before, `${before} is now ${name}`)
}

/** Says how a run ended that did not say so itself; the toast takes it back. */
export function endByHand(app: App, run: { id: string; name: string }, status: EndStatus): Promise<boolean> {
  return app.attempt(async () => {
    await app.client.setStatus(run.id, status)
    app.runs.refresh()
    const edit = (await app.client.edits(run.id)).find((e) => e.what === 'status')
    const undo = edit === undefined ? undefined : { label: 'Undo', run: () => void app.attempt(() => app.client.revert(run.id, edit.id)) }
    app.toasts.say(`${run.name} is ${status} now`, undo)
  })
}

/** Sets a tag, or takes it away with undefined; the toast takes that back. */
export function setTag(app: App, run: string, key: string, now: string | undefined, before: string | undefined): Promise<boolean> {
  const set = (to: string | undefined) =>
    app.attempt(() => (to === undefined ? app.client.deleteTag(run, key) : app.client.setTag(run, key, to)))
  return change(app, set, now, before, said(key, now, before))
}

/** Writes the note of an experiment, or takes it away with undefined; the toast takes that back. */
export function setExperimentNote(app: App, experiment: string, now: string | undefined, before: string | undefined): Promise<boolean> {
  const set = (to: string | undefined) =>
    app.attempt(() => (to === undefined ? app.client.deleteExperimentTag(experiment, noteTag) : app.client.setExperimentTag(experiment, noteTag, to)))
  return change(app, set, now, before, said(noteTag, now, before))
}

/** Gives several runs a tag; the toast gives each what it had before. */
export function tagAll(app: App, runs: readonly string[], key: string, value: string): Promise<boolean> {
  return app.attempt(async () => {
    const { undo } = await app.table.edit({ runs, set: [{ key, value }] })
    app.toasts.say(`${plural(runs.length, 'run')} tagged ${key}`, { label: 'Undo', run: () => void app.attempt(() => app.table.undo(undo)) })
  })
}

function said(key: string, now: string | undefined, before: string | undefined): string {
  const what = key === noteTag ? 'Note' : `Tag ${key}`
  if (now === undefined) return `${what} removed`
  return before === undefined ? `${what} added` : `${what} changed`
}

async function change<T>(app: App, set: (to: T) => Promise<boolean>, now: T, before: T, words: string): Promise<boolean> {
  if (now === before) return true
  if (!(await set(now))) return false
  app.toasts.say(words, { label: 'Undo', run: () => void set(before) })
  return true
}
