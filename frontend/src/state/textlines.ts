/**
 * The output of a run as lines. Text arrives in pieces that end anywhere; a
 * carriage return goes back to the beginning of its line, as progress bars of
 * child programs expect; colours of terminals are left out.
 */
export class Lines {
  #lines: string[] = ['']
  /** Where the next character of the last line goes. */
  #column = 0
  /** Lines that were let go at the top. */
  #dropped = 0
  /** A piece of an escape sequence that the next text completes. */
  #rest = ''
  readonly #most: number

  /** Keeps at most this many lines. */
  constructor(most = 20_000) {
    this.#most = most
  }

  /** Adds text at the end. */
  append(text: string): void {
    let all = this.#rest + text
    const open = /\u001b(\[[0-9;?]*|\][^\u0007\u001b]{0,200})?$|\r$/.exec(all)
    this.#rest = open === null ? '' : all.slice(open.index)
    all = open === null ? all : all.slice(0, open.index)
    const parts = withoutColours(all).replaceAll('\r\n', '\n').split('\n')
    parts.forEach((part, i) => {
      if (i > 0) {
        this.#lines.push('')
        this.#column = 0
      }
      const last = this.#lines.length - 1
      const written = write(this.#lines[last] ?? '', this.#column, part)
      this.#lines[last] = written.line
      this.#column = written.column
    })
    const over = this.#lines.length - this.#most
    if (over > 0) {
      this.#lines.splice(0, over)
      this.#dropped += over
    }
  }

  /** Adds earlier text before the first line; it must end with a line. */
  prepend(text: string): void {
    const parts = withoutColours(text).replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')
    this.#lines.unshift(...parts.map((part) => write('', 0, part).line))
  }

  /** All lines; the empty one after a final newline is not counted. */
  get all(): readonly string[] {
    return this.#lines.at(-1) === '' ? this.#lines.slice(0, -1) : this.#lines.slice()
  }

  get dropped(): number {
    return this.#dropped
  }
}

/** Text without the escape sequences of terminals. */
export function withoutColours(text: string): string {
  return text.replace(/\u001b(\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)|[@-Z\\^_])/g, '')
}

/** What a terminal shows after text was written at a column of a line. */
function write(line: string, column: number, text: string): { line: string; column: number } {
  if (column === line.length && !text.includes('\r')) return { line: line + text, column: line.length + text.length }
  text.split('\r').forEach((part, i) => {
    if (i > 0) column = 0
    line = line.slice(0, column) + part + line.slice(column + part.length)
    column += part.length
  })
  return { line, column }
}
