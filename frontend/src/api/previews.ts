import { root } from './early'
import type { FilePreview } from './types'

type Ask = (path: string, init: RequestInit) => Promise<Response>

/** A file of a version of data, or an artifact of a run: where its bytes and its preview are. */
export class Previewed {
  /** Where its bytes are, for links. */
  readonly address: string
  readonly #ask: Ask
  readonly #bytes: string
  readonly #preview: string

  constructor(ask: Ask, bytes: string, preview: string) {
    this.#ask = ask
    this.#bytes = bytes
    this.#preview = preview
    this.address = root + bytes
  }

  /** The first bytes. */
  async head(most: number, signal: AbortSignal): Promise<Blob> {
    const answer = await this.#ask(this.#bytes, { headers: { Range: `bytes=0-${most - 1}` }, signal })
    return await answer.blob()
  }

  /** What is in its columns or arrays, with so many rows at most. */
  async look(rows: number, sheet: string, signal: AbortSignal): Promise<FilePreview> {
    const query = new URLSearchParams({ rows: String(rows), ...(sheet !== '' && { sheet }) })
    const answer = await this.#ask(`${this.#preview}&${query}`, { signal })
    return (await answer.json()) as FilePreview
  }
}

/** What is in files. */
export class Previews {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  artifact(run: string, path: string): Previewed {
    const at = `/runs/${encodeURIComponent(run)}`
    const query = new URLSearchParams({ path })
    return new Previewed(this.#ask, `${at}/artifact?${query}`, `${at}/preview?${query}`)
  }

  file(dataset: string, version: string, path: string): Previewed {
    const at = `/datasets/${encodeURIComponent(dataset)}/versions/${encodeURIComponent(version)}`
    const query = new URLSearchParams({ path })
    return new Previewed(this.#ask, `${at}/file?${query}`, `${at}/preview?${query}`)
  }
}
