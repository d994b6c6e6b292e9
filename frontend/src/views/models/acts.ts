import type { ModelChange, RegisteredModel } from '../../api/types'
import type { App } from '../../state/app'
import { models } from '../../state/route'

/** Says what was done, with the way back. */
export function sayDone(app: App, text: string, changes: readonly ModelChange[], after: () => void): void {
  const back = async () => {
    const changed = await app.client.models.undo(changes)
    app.toasts.speak(changed.length === changes.length ? 'Taken back' : 'Taken back, but what was changed again since then')
    after()
  }
  app.toasts.say(text, changes.length === 0 ? undefined : { label: 'Undo', run: () => void app.attempt(back) })
  after()
}

/** Puts a model with its versions into the trash, and offers the way back. */
export async function trashModel(app: App, { id, name }: Pick<RegisteredModel, 'id' | 'name'>): Promise<void> {
  await app.attempt(async () => {
    await app.client.models.trash(name)
    const back = async () => {
      await app.client.bin.restore({ registered: [id], versions: [] })
      await app.models.load()
    }
    app.toasts.say(`${name} in the trash`, { label: 'Undo', run: () => void app.attempt(back) })
    await app.models.load()
    if (app.router.route.place === 'model') app.router.go(models)
  })
}
