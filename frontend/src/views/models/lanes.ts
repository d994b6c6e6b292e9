import type { LaneSpan, ModelLane } from '../../api/types'
import { dayName } from '../../format/time'

/** Where a span lies between a beginning and now, in percent. */
export function spanBox(span: Pick<LaneSpan, 'from' | 'to'>, from: number, now: number): { left: number; width: number } {
  const whole = Math.max(now - from, 1)
  const at = (time: number) => Math.min(100, Math.max(0, ((time - from) / whole) * 100))
  const left = at(span.from)
  return { left, width: Math.max(at(span.to ?? now) - left, 0) }
}

/** Words below the lanes: four moments, the last one is today. */
export function scale(from: number, now: number): { at: number; left: number; label: string }[] {
  const marks = [0, 1 / 3, 2 / 3].map((part) => {
    const at = from + (now - from) * part
    return { at, left: part * 100, label: dayName(at, now) }
  })
  const all = [...marks, { at: now, left: 100, label: 'today' }]
  return all.filter((mark, i) => i === all.length - 1 || (mark.label !== all[i + 1]?.label && mark.label.toLowerCase() !== 'today'))
}

/** The lanes in words, for those who do not see them. */
export function laneSentence(lanes: readonly ModelLane[]): string {
  const parts = lanes.map((lane) => {
    const name = lane.stage ?? `the alias ${lane.alias ?? ''}`
    const now = lane.spans.filter((s) => s.to === undefined).map((s) => s.version)
    const before = lane.spans.filter((s) => s.to !== undefined).map((s) => s.version)
    const has = now.length === 0 ? 'nothing now' : `version ${now.join(' and ')}`
    return `${name}: ${has}${before.length === 0 ? '' : `, before that version ${before.join(', ')}`}`
  })
  return `Which version held what. ${parts.join('; ')}.`
}
