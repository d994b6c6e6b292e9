/** One line of the table. */
interface Figure {
  name: string
  aim: string
  measured: string
  met: boolean | undefined
}

/** Collects what was measured and prints it as a table in Markdown. */
export class Report {
  readonly #all: Figure[] = []

  /** Milliseconds with the most that was aimed at, if anything was. */
  ms(name: string, value: number, aim?: number): void {
    this.#all.push({ name, aim: aim === undefined ? '' : `at most ${aim} ms`, measured: `${value.toFixed(value < 100 ? 1 : 0)} ms`, met: aim === undefined ? undefined : value <= aim })
  }

  /** Median and slowest of several. */
  spread(name: string, all: readonly number[], aim?: number): void {
    this.ms(`${name}, median of ${all.length}`, quantile(all, 0.5), aim)
    this.ms(`${name}, slowest`, Math.max(...all), aim)
  }

  say(name: string, measured: string): void {
    this.#all.push({ name, aim: '', measured, met: undefined })
  }

  /** How far it is, beside the table: it takes minutes. */
  progress(what: string): void {
    process.stderr.write(`${what}\n`)
  }

  print(): void {
    const lines = this.#all.map((f) => `| ${f.name} | ${f.measured} | ${f.aim} | ${f.met === undefined ? '' : f.met ? 'met' : 'missed'} |`)
    process.stdout.write(['| The pages | measured | aim |  |', '| --- | ---: | --- | --- |', ...lines, ''].join('\n'))
  }
}

/** The value below which this part of all lies. */
export function quantile(all: readonly number[], part: number): number {
  const sorted = [...all].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN
}
