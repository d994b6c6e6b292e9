/** How light the pages are; system follows the computer. */
export type Theme = 'system' | 'light' | 'dark'

const themes: readonly Theme[] = ['system', 'light', 'dark']
const key = 'varve.theme'

/** What the person has set for these pages. */
export class Settings {
  theme = $state<Theme>('system')
  /** Rises whenever colours change: charts draw themselves anew. */
  colours = $state(0)

  constructor() {
    const kept = read(key)
    this.theme = themes.find((t) => t === kept) ?? 'system'
  }

  /** Puts the theme on the page and follows the system, until the answer is called. */
  apply(): () => void {
    this.#show()
    const system = matchMedia('(prefers-color-scheme: dark)')
    const changed = () => this.colours++
    system.addEventListener('change', changed)
    return () => system.removeEventListener('change', changed)
  }

  /** The next of system, light, dark. */
  nextTheme(): void {
    this.theme = themes[(themes.indexOf(this.theme) + 1) % themes.length] ?? 'system'
    write(key, this.theme)
    this.#show()
    this.colours++
  }

  #show(): void {
    const root = document.documentElement
    if (this.theme === 'system') delete root.dataset['theme']
    else root.dataset['theme'] = this.theme
  }
}

/** Reads what was kept; a web view without storage keeps nothing. */
export function read(name: string): string | null {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

/** Keeps something for the next start, where that is possible. */
export function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // Private windows may refuse; the setting lasts as long as the page.
  }
}
