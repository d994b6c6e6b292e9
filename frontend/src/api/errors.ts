import type { Problem } from './types'

/**
 * An error as the person sees it: what happened, and what to do. Everything
 * that a call can fail with becomes one of these, AbortError excepted.
 */
export class VarveError extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  /** Field of the request that is wrong. */
  readonly field: string | undefined
  /** Character at which a filter is wrong. */
  readonly offset: number | undefined
  /** What was probably meant in place of the characters from offset to end. */
  readonly end: number | undefined
  readonly instead: string | undefined

  constructor(problem: Partial<Problem> & { title: string }) {
    super(problem.title)
    this.name = 'VarveError'
    this.status = problem.status ?? 0
    this.code = problem.code ?? 'unknown'
    this.hint = problem.hint
    this.field = problem.field
    this.offset = problem.offset
    this.end = problem.end
    this.instead = problem.instead
  }

  /** The door did not answer at all; in the window, the window says so in its place. */
  get unreachable(): boolean {
    return this.status === 0 || (this.status === 503 && this.code === 'unavailable')
  }

  get notFound(): boolean {
    return this.status === 404
  }

  /** This browser has no session: it was opened without the printed link. */
  get locked(): boolean {
    return this.status === 401
  }
}

/** What a failed answer says, whatever its body is. */
export function fromAnswer(status: number, body: unknown): VarveError {
  if (isProblem(body)) return new VarveError({ ...body, title: sentence(body), status })
  // MLflow's paths answer in MLflow's way.
  if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string' && body.message !== '') {
    return new VarveError({ status, code: 'unknown', title: body.message })
  }
  return new VarveError({
    status,
    code: 'unknown',
    title: status === 401 ? 'This page is not signed in.' : `Varve answered with an error (${status}).`,
    hint: status >= 500 ? 'Nothing was changed. Try again; if it stays, look at varve doctor.' : '',
  })
}

/** Turns whatever was thrown into a VarveError. */
export function asVarveError(thrown: unknown): VarveError {
  if (thrown instanceof VarveError) return thrown
  if (thrown instanceof TypeError) {
    // fetch throws a TypeError when there is no answer.
    return new VarveError({
      status: 0,
      code: 'unavailable',
      title: 'Varve is not answering.',
      hint: 'Runs go on by themselves. This page tries again by itself.',
    })
  }
  return new VarveError({ status: -1, code: 'unknown', title: thrown instanceof Error ? thrown.message : String(thrown) })
}

/** Whether a call was given up because nobody waits for it any more. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError'
}

/** The window's own problems, and those of RFC 9457, carry the sentence in detail. */
function sentence(body: Problem & { detail?: unknown }): string {
  return typeof body.detail === 'string' && body.detail !== '' ? body.detail : body.title
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false
  return ('title' in body && typeof body.title === 'string' && body.title !== '') || ('detail' in body && typeof body.detail === 'string')
}
