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
