import { inStyle } from './style'

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A size in IEC units and three digits: 18.2 KiB. */
export function bytes(n: number): string {
  return `${inUnit(n, unitOf(n))} ${units[unitOf(n)] ?? 'B'}`
}

/** Part of a whole, in the unit of the whole: 4.7 of 11.2 GiB. */
export function bytesOf(part: number, whole: number): string {
  const unit = unitOf(whole)
  return `${inUnit(part, unit)} of ${inUnit(whole, unit)} ${units[unit] ?? 'B'}`
}

/** A rate, always in MiB/s: 412 MiB/s. */
export function rate(bytesPerSecond: number): string {
  return `${inUnit(bytesPerSecond, 2)} MiB/s`
}

function unitOf(n: number): number {
  let unit = 0
  // 1,023.6 KiB would read as 1,024: it is 1.00 MiB.
  while (unit < units.length - 1 && Math.round(n / 1024 ** unit) >= 1024) unit++
  return unit
}

function inUnit(n: number, unit: number): string {
  if (unit === 0) return String(Math.round(n))
  const value = n / 1024 ** unit
  if (value === 0) return '0'
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return inStyle(value.toFixed(digits))
}
