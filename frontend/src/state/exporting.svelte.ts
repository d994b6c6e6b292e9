import type { Client } from '../api/client'
import type { Export, ExportPlan, ExportResult, Job } from '../api/types'
import { everything, type RecordPart } from './exportparts'
import { Planned, resultOf } from './planned.svelte'

export type ExportKind = Export['kind']

/** The sheet that brings runs to where other programs read them. */
export class Exporting extends Planned<Export, ExportPlan> {
  /** What can be meant here, the nearest first. */
  parts = $state.raw<readonly RecordPart[]>([everything])
  part = $state.raw<RecordPart>(everything)
  kind = $state<ExportKind>('mlruns')
  /** Path, or address of a server. */
  to = $state('')
  /** Artifacts stay out. */
  bare = $state(false)

  /** Where exports of each kind went last: most are repeated. */
  readonly #last: Partial<Record<ExportKind, string>> = {}

  constructor(client: Client) {
    super(client, client.exports)
  }

  /** A server is meant. */
  get server(): boolean {
    return this.kind === 'mlflow'
  }

  /** Opens the sheet for a part of the record, or another one of these. */
  begin(parts: readonly RecordPart[]): void {
    this.close()
    this.parts = parts
    this.part = parts[0] ?? everything
    this.bare = false
    this.open = true
    this.take(this.#last[this.kind] ?? '')
  }

  /** Another path or address is meant. */
  take(to: string): void {
    this.forget()
    this.to = to
    this.#again()
  }

  chooseKind(kind: ExportKind): void {
    this.kind = kind
    this.take(this.#last[kind] ?? '')
  }

  choosePart(part: RecordPart): void {
    this.part = part
    this.#again()
  }

  setBare(bare: boolean): void {
    this.bare = bare
    this.#again()
  }

  #again(): void {
    if (this.to.trim() !== '') void this.look()
  }

  /** What is asked for. */
  get request(): Export {
    return { kind: this.kind, to: this.to.trim(), ...this.part.want, ...(this.bare ? { noArtifacts: true } : {}) }
  }

  override async start(): Promise<Job | undefined> {
    const { kind, to } = this
    const job = await super.start()
    if (job !== undefined) this.#last[kind] = to
    return job
  }
}

/** What an export did; undefined for other jobs. */
export function exportResult(job: Job): ExportResult | undefined {
  return resultOf(job, 'export.take') as ExportResult | undefined
}

/** The folder that an export has filled. */
export function exportFolder(job: Job): string | undefined {
  const done = exportResult(job)
  return done === undefined || done.kind === 'mlflow' ? undefined : done.to
}
