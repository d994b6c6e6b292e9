import { numberStyles, setNumberStyle, type NumberStyle } from '../format/style'
import { read, write } from './kept'

/** How light the pages are; system follows the computer. */
export type Theme = 'system' | 'light' | 'dark'

/** Every theme, in the order in which a button goes through them. */
export const themes: readonly Theme[] = ['system', 'light', 'dark']

/** What the person has set for these pages. Kept by the browser, or by the window. */
export class Settings {
  /** Rises whenever colours change: charts draw themselves anew. */
  colours = $state(0)

  #theme = $state<Theme>('system')
  #letters = $state(true)
  #numbers = $state<NumberStyle>('point')
  #notify = $state(false)
  /** Chosen against what the width of the window would give. */
  #rail = $state<'wide' | 'slim' | undefined>(undefined)
  #side = $state(true)
  #strip = $state(true)
  #sameY = $state(false)
  #zoom = $state(100)
  readonly #narrow = typeof matchMedia === 'undefined' ? undefined : matchMedia('(max-width: 1120px)')

  constructor() {
    this.#theme = oneOf(themes, read('varve.theme')) ?? 'system'
    this.#letters = read('varve.letters') !== 'off'
    this.#numbers = oneOf(numberStyles, read('varve.numbers')) ?? 'point'
    this.#notify = read('varve.notify') === 'on'
    this.#rail = oneOf(['wide', 'slim'] as const, read('varve.rail'))
    this.#zoom = Number(read('varve.zoom') ?? 100) || 100
    this.#side = read('varve.side') !== 'off'
    this.#strip = read('varve.strip') !== 'off'
    this.#sameY = read('varve.samey') === 'on'
    setNumberStyle(this.#numbers)
  }

  get theme(): Theme {
    return this.#theme
  }
  set theme(theme: Theme) {
    this.#theme = theme
    write('varve.theme', theme)
    this.#show()
    this.colours++
  }

  /** Single letters are keys. */
  get letters(): boolean {
    return this.#letters
  }
  set letters(on: boolean) {
    this.#letters = on
    write('varve.letters', on ? 'on' : 'off')
  }

  /** How numbers are written. */
  get numbers(): NumberStyle {
    return this.#numbers
  }
  set numbers(style: NumberStyle) {
    setNumberStyle(style)
    this.#numbers = style
    write('varve.numbers', style)
  }

  /** Charts stand above the table of runs. */
  get strip(): boolean {
    return this.#strip
  }
  set strip(on: boolean) {
    this.#strip = on
    write('varve.strip', on ? 'on' : 'off')
  }

  /** Charts of one metric have one y axis. */
  get sameY(): boolean {
    return this.#sameY
  }
  set sameY(on: boolean) {
    this.#sameY = on
    write('varve.samey', on ? 'on' : 'off')
  }

  /** How large the window shows its page, in percent; browsers keep that themselves. */
  get zoom(): number {
    return this.#zoom
  }
  set zoom(percent: number) {
    this.#zoom = percent
    write('varve.zoom', String(percent))
  }

  /** Ends and failures are told while nobody looks. */
  get notify(): boolean {
    return this.#notify
  }
  set notify(on: boolean) {
    this.#notify = on
    write('varve.notify', on ? 'on' : 'off')
  }

  /** Makes the rail slim or wide, against the width of the window if need be. */
  toggleRail(): void {
    const byWidth = this.#narrow?.matches === true ? 'slim' : 'wide'
    const next = (this.#rail ?? byWidth) === 'wide' ? 'slim' : 'wide'
    this.#rail = next === byWidth ? undefined : next
    write('varve.rail', this.#rail ?? '')
    this.#show()
  }

  /** Shows or hides the side pane of pages that have one. */
  toggleSide(): void {
    this.#side = !this.#side
    write('varve.side', this.#side ? 'on' : 'off')
    this.#show()
  }

  /** Puts theme and panes on the page and follows the system, until the answer is called. */
  apply(): () => void {
    this.#show()
    const system = matchMedia('(prefers-color-scheme: dark)')
    const changed = () => this.colours++
    const resized = () => this.#show()
    system.addEventListener('change', changed)
    this.#narrow?.addEventListener('change', resized)
    return () => {
      system.removeEventListener('change', changed)
      this.#narrow?.removeEventListener('change', resized)
    }
  }

  /** The next of system, light, dark. */
  nextTheme(): void {
    this.theme = themes[(themes.indexOf(this.theme) + 1) % themes.length] ?? 'system'
  }

  #show(): void {
    const root = document.documentElement
    if (this.#theme === 'system') delete root.dataset['theme']
    else root.dataset['theme'] = this.#theme
    root.dataset['rail'] = this.#rail ?? (this.#narrow?.matches === true ? 'slim' : 'wide')
    root.dataset['side'] = this.#side ? 'on' : 'off'
  }
}

function oneOf<T extends string>(all: readonly T[], text: string | null): T | undefined {
  return all.find((one) => one === text)
}
