/** Where a word was found: in which line, from which letter to which. */
export interface Hit {
  line: number
  from: number
  to: number
}

/** More are not worth stepping through. */
const mostHits = 100_000

/**
 * The places of a word in lines that grow. What was searched before is not
 * searched again, so that a live log of many lines costs only its new ones.
 */
export class LogSearch {
  #hits: Hit[] = []
  #word = ''
  #changes = -1
  /** Lines that were searched and cannot change. */
  #done = 0

  /** The hits, in the order of the lines. */
  get hits(): readonly Hit[] {
    return this.#hits
  }

  /** There are more than are kept. */
  get full(): boolean {
    return this.#hits.length >= mostHits
  }

  /**
   * Searches for a word, whatever its case.
   * @param settled lines before this one stay as they are
   * @param changes another number means that all lines are others
   */
  search(word: string, lines: readonly string[], settled: number, changes: number): readonly Hit[] {
    if (word !== this.#word || changes !== this.#changes) {
      this.#hits = []
      this.#done = 0
    }
    this.#word = word
    this.#changes = changes
    if (word === '') return this.#hits
    const kept = this.#hits.findLastIndex((hit) => hit.line < this.#done) + 1
    const hits = this.#hits.slice(0, kept)
    const pattern = new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu')
    for (let i = this.#done; i < lines.length && hits.length < mostHits; i++) {
      for (const found of (lines[i] ?? '').matchAll(pattern)) {
        hits.push({ line: i, from: found.index, to: found.index + found[0].length })
        if (hits.length >= mostHits) break
      }
    }
    this.#hits = hits
    this.#done = Math.min(settled, lines.length)
    return hits
  }

  /** The hits of the lines from…to, for marking them. */
  within(from: number, to: number): readonly Hit[] {
    return this.#hits.slice(this.first(from), this.first(to))
  }

  /** The number of the first hit at or after a line. */
  first(line: number): number {
    let low = 0
    let high = this.#hits.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#hits[middle]?.line ?? Infinity) < line) low = middle + 1
      else high = middle
    }
    return low
  }
}
