import type { Toasts } from '../../state/toasts.svelte'
import { copy } from '../../ui/clipboard'

/** Puts text on the clipboard, and says so, or what to do when that does not work. */
export async function copyText(toasts: Toasts, text: string, done = 'Copied.'): Promise<void> {
  toasts.say((await copy(text)) ? done : 'It could not be copied: mark it and copy it with Ctrl C.')
}
