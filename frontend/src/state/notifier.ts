/** Whether notifications can be shown: the system may not have them, and the person may forbid them. */
export type Permission = 'granted' | 'denied' | 'default' | 'missing'

/** Tells of ends and failures while nobody looks at the window. */
export class Notifier {
  readonly #wanted: () => boolean

  constructor(wanted: () => boolean) {
    this.#wanted = wanted
  }

  get permission(): Permission {
    return typeof Notification === 'undefined' ? 'missing' : Notification.permission
  }

  /** Asks the person, once; must be called from a click. */
  async ask(): Promise<Permission> {
    if (this.permission !== 'default') return this.permission
    return await Notification.requestPermission()
  }

  /** Shows a notification unless somebody looks at the window, and answers whether it did. */
  tell(title: string, text: string, open: () => void): boolean {
    if (!this.#wanted() || this.permission !== 'granted' || looking()) return false
    try {
      const shown = new Notification(title, { body: text, tag: title })
      shown.onclick = () => {
        window.focus()
        shown.close()
        open()
      }
      return true
    } catch {
      // Some systems know notifications of service workers only.
      return false
    }
  }
}

function looking(): boolean {
  return !document.hidden && document.hasFocus()
}
