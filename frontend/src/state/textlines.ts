import { overwrite, plainStyle, restyle, type Span, type Style } from './logstyle'

/** Lines that the cursor can go back over; what lies above has scrolled away. */
const screen = 100

/** The cursor goes no farther to the right by itself. */
const widest = 1000

/** So much of an escape sequence without an end is none. */
const longest = 300

/** Everything that is not plain text: controls of one letter, and sequences. */
 
const special = /[\u0000-\u0008\u000a-\u001f\u007f]/g

 
const sequence = /\u001b(?:\[([0-9:;<=>?]*)([ -/]*)([@-~])|\][^\u0007\u001b\n]{0,250}(?:\u0007|\u001b\\)|[@-Z\\^_])/y

/** An escape sequence that the end of the text has cut. */
 
const unfinished = /\u001b(?:\[[0-9:;<=>?]*[ -/]*|\][^\u0007\u001b\n]{0,250}\u001b?)?$/

/**
 * The output of a run as lines, as a terminal would show them: text arrives in
 * pieces that end anywhere, a carriage return and the moves of the cursor write
 * over what is there, as the progress bars of tqdm, pip and rich expect. Each
 * line is plain text, with spans for the pieces that have a colour.
 */
export class Lines {
  #lines: string[] = ['']
  #spans: (Span[] | undefined)[] = [undefined]
  #row = 0
  #column = 0
  #style: Style = plainStyle
  readonly #styles = new Map<string, Style>([['{}', plainStyle]])
  /** A piece of an escape sequence that the next text completes. */
  #rest = ''
  #dropped = 0
  #changes = 0
  readonly #most: number

  /** Keeps at most this many lines. */
  constructor(most = 200_000) {
    this.#most = most
  }

  /** Adds text at the end. */
  append(text: string): void {
    let all = this.#rest + text
    const open = unfinished.exec(all.slice(-longest))
    const cut = open === null ? all.length : all.length - open[0].length
    this.#rest = all.slice(cut)
    all = all.slice(0, cut)
    let at = 0
    special.lastIndex = 0
    for (let found = special.exec(all); found !== null; found = special.exec(all)) {
      if (found.index > at) this.#write(all.slice(at, found.index))
      at = found.index + 1
      if (found[0] === '\u001b') at = this.#obey(all, found.index)
      else this.#control(found[0])
      special.lastIndex = at
    }
    if (at < all.length) this.#write(all.slice(at))
    this.#letGo()
  }

  /** Adds earlier text before the first line; it must end with a line. */
  prepend(text: string): void {
    const before = new Lines(Infinity)
    before.append(text)
    const lines = before.all
    this.#lines = [...lines, ...this.#lines]
    this.#spans = [...before.#spans.slice(0, lines.length), ...this.#spans]
    this.#row += lines.length
    this.#changes++
  }

  /** All lines; the empty one after a final newline is not counted. */
  get all(): readonly string[] {
    return this.#lines.at(-1) === '' ? this.#lines.slice(0, -1) : this.#lines.slice()
  }

  /** The coloured pieces of each line. */
  get spans(): readonly (readonly Span[] | undefined)[] {
    return this.#spans.slice()
  }

  /** Lines that were let go at the top. */
  get dropped(): number {
    return this.#dropped
  }

  /** Rises when lines came before the first one, or went: all have other numbers then. */
  get changes(): number {
    return this.#changes
  }

  /** The first line that more text may still change. */
  get settled(): number {
    return Math.max(0, this.#lines.length - screen)
  }

  #write(text: string): void {
    const line = this.#lines[this.#row] ?? ''
    const from = this.#column
    const to = from + text.length
    this.#lines[this.#row] =
      from === line.length ? line + text : line.padEnd(from).slice(0, from) + text + line.slice(to)
    this.#spans[this.#row] = overwrite(this.#spans[this.#row], from, to, this.#style)
    this.#column = to
  }

  #control(letter: string): void {
    if (letter === '\r') this.#column = 0
    else if (letter === '\b') this.#column = Math.max(0, this.#column - 1)
    else if (letter === '\n') this.#down()
  }

  #down(): void {
    this.#column = 0
    this.#row++
    if (this.#row < this.#lines.length) return
    this.#lines.push('')
    this.#spans.push(undefined)
  }

  /** Does what the sequence at a place says; answers where it ends. */
  #obey(text: string, at: number): number {
    sequence.lastIndex = at
    const found = sequence.exec(text)
    // A lone escape is left out.
    if (found === null) return at + 1
    const [whole, numbers, between, end] = found
    if (end !== undefined && between === '') this.#command(end, numbers ?? '')
    return at + whole.length
  }

  #command(end: string, numbers: string): void {
    const n = /^\d{1,4}$/.test(numbers) ? Number(numbers) : undefined
    if (end === 'm') this.#style = this.#one(restyle(this.#style, numbers))
    else if (end === 'A' || end === 'F') this.#up(n ?? 1)
    else if (end === 'C') this.#column = Math.min(this.#column + (n ?? 1), Math.max(this.#column, widest))
    else if (end === 'D') this.#column = Math.max(0, this.#column - (n ?? 1))
    else if (end === 'G') this.#column = Math.min(Math.max(0, (n ?? 1) - 1), widest)
    else if (end === 'K') this.#erase(n ?? 0)
    else if (end === 'J' && (n ?? 0) === 0) this.#eraseBelow()
    else if (end === 'B' || end === 'E') for (let i = 0; i < (n ?? 1) && this.#row < this.#lines.length - 1; i++) this.#row++
    if (end === 'E' || end === 'F') this.#column = 0
  }

  #up(n: number): void {
    this.#row = Math.max(0, this.#row - n, Math.min(this.#row, this.settled))
  }

  /** Erases the line: after the cursor, before it, or all of it. */
  #erase(what: number): void {
    const line = this.#lines[this.#row] ?? ''
    const before = what === 0 ? line.slice(0, this.#column) : ''
    const after = what === 1 ? line.slice(this.#column) : ''
    const gap = what === 1 ? ' '.repeat(Math.min(this.#column, line.length)) : ''
    this.#lines[this.#row] = before + gap + after
    const [from, to] = [what === 0 ? this.#column : 0, what === 1 ? this.#column : Infinity]
    this.#spans[this.#row] = overwrite(this.#spans[this.#row], from, to, plainStyle)
  }

  #eraseBelow(): void {
    this.#erase(0)
    this.#lines.length = this.#spans.length = this.#row + 1
  }

  /** The same style is the same object: neighbours are joined by it. */
  #one(style: Style): Style {
    const name = JSON.stringify(style)
    const known = this.#styles.get(name)
    if (known !== undefined) return known
    this.#styles.set(name, style)
    return style
  }

  #letGo(): void {
    if (this.#lines.length <= this.#most) return
    // Some more than needed: all lines get other numbers, which is work for those who show them.
    const over = Math.min(this.#lines.length - 1, this.#lines.length - this.#most + Math.floor(this.#most / 20))
    this.#lines.splice(0, over)
    this.#spans.splice(0, over)
    this.#row = Math.max(0, this.#row - over)
    this.#dropped += over
    this.#changes++
  }
}
