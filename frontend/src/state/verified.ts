import type { ImportSkipped, Job, Verified } from '../api/types'
import { resultOf } from './planned.svelte'

/** What came of a verification of data, once it has ended. */
export function verifiedResult(job: Job): Verified | undefined {
  return resultOf(job, 'data.verify') as Verified | undefined
}

/** Where data is damaged, and why. */
export function damageOf(verified: Verified): ImportSkipped[] {
  return verified.damage.map((d) => ({ where: `${d.name}, version ${d.version}, ${d.path === '' ? 'all of it' : d.path}`, why: [d.why, d.hint].filter((s) => s !== undefined && s !== '').join('. ') }))
}
