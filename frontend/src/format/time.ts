import { locale } from './locale'
import { once } from './once'
import { missing } from './number'
import { inStyle } from './style'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const weekday = once(() => new Intl.DateTimeFormat(locale(), { weekday: 'short' }))
const wholeWeekday = once(() => new Intl.DateTimeFormat(locale(), { weekday: 'long' }))
const wholeMonth = once(() => new Intl.DateTimeFormat(locale(), { month: 'long' }))
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * When something was, as short as it can be understood: just now, 2 min ago,
 * 3 h ago, 11:08, yesterday, Tue, 12 Nov, 12 Nov 2025.
 */
export function ago(at: number, now: number): string {
  const past = now - at
  if (past < minute && past > -minute) return 'just now'
  if (past >= 0 && past < hour) return `${Math.floor(past / minute)} min ago`
  if (past >= 0 && past < 6 * hour) return `${Math.floor(past / hour)} h ago`
  const date = new Date(at)
  const days = Math.round((midnight(now) - midnight(at)) / day)
  if (days === 0) return clock(at)
  if (days === 1) return 'yesterday'
  if (days > 1 && days < 7) return weekday().format(date)
  const short = `${date.getDate()} ${months[date.getMonth()] ?? ''}`
  return date.getFullYear() === new Date(now).getFullYear() ? short : `${short} ${date.getFullYear()}`
}

/** The day of a line of what happened: Today, Yesterday, Thursday, 12 November, 12 November 2025. */
export function dayName(at: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(at)) / day)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  const date = new Date(at)
  if (days < 7) return wholeWeekday().format(date)
  const short = `${date.getDate()} ${wholeMonth().format(date)}`
  return date.getFullYear() === new Date(now).getFullYear() ? short : `${short} ${date.getFullYear()}`
}

/** How many midnights ago something was. */
export function daysAgo(at: number, now: number): number {
  return Math.max(0, Math.round((midnight(now) - midnight(at)) / day))
}

/** A day, so many days ago: 12 Nov. */
export function dayBefore(now: number, days: number): string {
  const d = new Date(now)
  const then = new Date(d.getFullYear(), d.getMonth(), d.getDate() - days)
  return `${then.getDate()} ${months[then.getMonth()] ?? ''}`
}

/** The time of day: 11:08, or with seconds 11:08:32. */
export function clock(at: number, seconds = false): string {
  const d = new Date(at)
  const hm = `${two(d.getHours())}:${two(d.getMinutes())}`
  return seconds ? `${hm}:${two(d.getSeconds())}` : hm
}

/** The whole truth, for hovering: 2026-11-21 11:08:32 UTC+1. */
export function fullTime(at: number): string {
  const d = new Date(at)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(at, true)} ${zone(-d.getTimezoneOffset())}`
}

/** An offset from UTC in minutes, in words: UTC+5:30. */
export function zone(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const size = Math.abs(minutes)
  const rest = size % 60
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest === 0 ? '' : `:${two(rest)}`}`
}

/** How long something took, in two units: 0.21 s, 8 s, 2.6 min, 1 h 12 min, 3 d 4 h. */
export function duration(ms: number): string {
  if (ms < 0 || !Number.isFinite(ms)) return '–'
  if (ms < 9.95 * second) return `${twoDigits(ms / second)} s`
  if (ms < 59.5 * second) return `${Math.round(ms / second)} s`
  if (ms < 9.95 * minute) return `${twoDigits(Math.max(1, ms / minute))} min`
  if (ms < 59.5 * minute) return `${Math.round(ms / minute)} min`
  if (ms < day - minute / 2) return pair(Math.round(ms / minute), 60, 'h', 'min')
  return pair(Math.round(ms / hour), 24, 'd', 'h')
}

/** Time left, rounded to what can be promised: about 45 min left. */
export function timeLeft(ms: number): string {
  if (ms < 4 * second) return 'a few seconds left'
  if (ms < minute) return `about ${Math.max(5, Math.round(ms / second / 5) * 5)} s left`
  return `about ${duration(ms < hour ? Math.round(ms / minute) * minute : ms)} left`
}

/** A time axis: 11:08 within a day, 12 Nov beyond. */
export function axisTime(at: number): string {
  const d = new Date(at)
  if (at === midnight(at)) return `${d.getDate()} ${months[d.getMonth()] ?? ''}`
  return clock(at, d.getSeconds() !== 0)
}

function twoDigits(n: number): string {
  if (n === 0) return '0'
  return inStyle(String(Number(n.toPrecision(2))))
}

function pair(n: number, base: number, big: string, small: string): string {
  const rest = n % base
  const whole = `${Math.floor(n / base)} ${big}`
  return rest === 0 ? whole : `${whole} ${rest} ${small}`
}

function midnight(at: number): number {
  const d = new Date(at)
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime()
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}

/** A time in data, as it is written there: a day alone, if it is the begin of one. */
export function dataTime(at: number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return missing
  return date
    .toISOString()
    .replace(/T00:00:00\.000Z$/, '')
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '')
}
