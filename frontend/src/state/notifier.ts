import type { Native } from '../api/native'

/** Whether notifications can be shown: the system may not have them, and the person may forbid them. */
export type Permission = 'granted' | 'denied' | 'default' | 'missing'

/** Tells of ends and failures while nobody looks at the window: by the desktop's own notifications, or by the browser's. */
export class Notifier {
  readonly #wanted: () => boolean
  readonly #native: Native | undefined
  /** What is opened when a notification of the desktop is chosen. */
  readonly #opens = new Map<string, () => void>()
  #missing = false
  #next = 1

  constructor(native: Native | undefined, wanted: () => boolean) {
    this.#native = native
    this.#wanted = wanted
  }

  get permission(): Permission {
    if (this.#native !== undefined) return this.#missing ? 'missing' : 'granted'
    return typeof Notification === 'undefined' ? 'missing' : Notification.permission
  }

  /** Asks the person, once; must be called from a click. A desktop shows whether it has notifications by showing one. */
  async ask(): Promise<Permission> {
    if (this.#native !== undefined) {
      await this.#show(this.#native, 'Notifications are on', 'Varve tells you here when a run ends or fails.', () => undefined)
      return this.permission
    }
    if (this.permission !== 'default') return this.permission
    return await Notification.requestPermission()
  }

  /** Shows a notification unless somebody looks at the window. */
  tell(title: string, text: string, open: () => void): void {
    if (!this.#wanted() || looking()) return
    if (this.#native !== undefined) void this.#show(this.#native, title, text, open)
    else if (this.permission === 'granted') showInBrowser(title, text, open)
  }

  /** A notification of the desktop was chosen; the window is in front. */
  chosen(id: string): void {
    this.#opens.get(id)?.()
    this.#opens.delete(id)
  }

  async #show(native: Native, title: string, text: string, open: () => void): Promise<void> {
    const id = String(this.#next++)
    // It may be chosen before the answer is here.
    this.#opens.set(id, open)
    try {
      await native.notify(id, title, text)
      this.#missing = false
    } catch {
      // Without them the window still says it.
      this.#opens.delete(id)
      this.#missing = true
    }
  }
}

function showInBrowser(title: string, text: string, open: () => void): void {
  try {
    const shown = new Notification(title, { body: text, tag: title })
    shown.onclick = () => {
      window.focus()
      shown.close()
      open()
    }
  } catch {
    // Some systems know notifications of service workers only.
  }
}

function looking(): boolean {
  return !document.hidden && document.hasFocus()
}
