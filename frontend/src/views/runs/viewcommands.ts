import type { Command } from '../../commands/keys'
import type { App } from '../../state/app'
import { deleteView } from './viewedits'

/** What the menu of a saved view offers. */
export function viewCommands(app: App, rename: (name: string) => void): Command[] {
  const meant = () => app.views.meant
  return [
    { id: 'view.rename', title: 'Rename…', menu: 'view', when: () => meant() !== '', run: () => rename(meant()) },
    { id: 'view.delete', title: 'Delete', menu: 'view', when: () => meant() !== '', run: () => void deleteView(app, meant()) },
  ]
}
