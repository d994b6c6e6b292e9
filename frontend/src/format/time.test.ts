import { describe, expect, test } from 'vitest'
import { chooseLocale } from './locale'
import { ago, axisTime, clock, dayBefore, dayName, daysAgo, duration, fullTime, timeLeft, zone } from './time'

const now = new Date(2026, 10, 21, 14, 30, 0).getTime()

describe('ago', () => {
  test.each([
    [now - 20_000, 'just now'],
    [now - 2 * 60_000, '2 min ago'],
    [now - 59.9 * 60_000, '59 min ago'],
    [now - 3 * 3600_000, '3 h ago'],
    [new Date(2026, 10, 21, 7, 8).getTime(), '07:08'],
    [new Date(2026, 10, 20, 23, 0).getTime(), 'yesterday'],
    [new Date(2026, 10, 17, 12, 0).getTime(), 'Tue'],
    [new Date(2026, 10, 12, 12, 0).getTime(), '12 Nov'],
    [new Date(2025, 10, 12, 12, 0).getTime(), '12 Nov 2025'],
    // A clock that runs ahead: said plainly, never "−3 min ago".
    [new Date(2026, 10, 21, 14, 50).getTime(), '14:50'],
  ])('%s', (at, text) => {
    expect(ago(at, now)).toBe(text)
  })
})

describe('duration', () => {
  test.each([
    [0, '0 s'],
    [210, '0.21 s'],
    [8_000, '8 s'],
    [1_440, '1.4 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [156_000, '2.6 min'],
    [26 * 60_000, '26 min'],
    [59.7 * 60_000, '1 h'],
    [72 * 60_000, '1 h 12 min'],
    [23 * 3600_000 + 59.8 * 60_000, '1 d'],
    [76 * 3600_000, '3 d 4 h'],
    [-5, '–'],
  ])('%s ms', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})

test.each([
  [2_000, 'a few seconds left'],
  [16_400, 'about 15 s left'],
  [45 * 60_000 + 12_345, 'about 45 min left'],
  [3 * 3600_000, 'about 3 h left'],
])('%s ms left', (ms, text) => {
  expect(timeLeft(ms)).toBe(text)
})

test('clock and the full time', () => {
  expect(clock(now)).toBe('14:30')
  expect(clock(now + 7_000, true)).toBe('14:30:07')
  expect(fullTime(now)).toMatch(/^2026-11-21 14:30:00 UTC/)
  expect([zone(0), zone(60), zone(-330)]).toEqual(['UTC', 'UTC+1', 'UTC−5:30'])
})

test('an axis of days names days, of hours names hours', () => {
  expect(axisTime(new Date(2026, 10, 21).getTime())).toBe('21 Nov')
  expect(axisTime(now)).toBe('14:30')
})

test('the locale is checked: "C" and nonsense never reach Intl', () => {
  expect(chooseLocale(['C'])).toBe('en-GB')
  expect(chooseLocale(['en-!!', 'C', 'en-US'])).toBe('en-US')
  expect(chooseLocale(['de-DE', 'en-AU'])).toBe('en-AU')
  expect(chooseLocale([])).toBe('en-GB')
})

test.each([
  [new Date(2026, 10, 21, 0, 0), 'Today', 0],
  [new Date(2026, 10, 22, 9, 0), 'Today', 0],
  [new Date(2026, 10, 20, 23, 59), 'Yesterday', 1],
  [new Date(2026, 10, 19, 1, 0), 'Thursday', 2],
  [new Date(2026, 10, 14, 12, 0), '14 November', 7],
  [new Date(2025, 10, 14, 12, 0), '14 November 2025', 372],
])('%s is a day of what happened: %s', (date, name, days) => {
  expect(dayName(date.getTime(), now)).toBe(name)
  expect(daysAgo(date.getTime(), now)).toBe(days)
})

test('days are counted back by the calendar', () => {
  expect([dayBefore(now, 0), dayBefore(now, 21), dayBefore(now, 325)]).toEqual(['21 Nov', '31 Oct', '31 Dec'])
})
