import { describe, expect, test } from 'vitest'
import { coreBed, mark } from './mark'

const digests = Array.from({ length: 4000 }, (_, i) => (i * 2654435761).toString(16).padStart(12, '0'))
const text = (digest: string) => mark(digest).map((b) => `${b.colour}:${b.height.toFixed(3)}`).join(' ')

describe('mark', () => {
  // Pinned: a mark that changed would make people doubt their data.
  test.each([
    ['', '6:0.091 2:0.112 4:0.351 5:0.196 6:0.117 3:0.134'],
    ['4ef0b2d1', '3:0.122 6:0.125 5:0.219 3:0.189 6:0.177 2:0.167'],
    [
      'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
      '1:0.099 5:0.175 2:0.203 1:0.209 3:0.165 2:0.150',
    ],
  ])('of %j never changes', (digest, look) => {
    expect(text(digest)).toBe(look)
  })

  test('has six beds that fill it, differ where they touch, and can be seen', () => {
    for (const digest of digests) {
      const beds = mark(digest)
      expect(beds).toHaveLength(6)
      expect(beds.reduce((sum, b) => sum + b.height, 0)).toBeCloseTo(1, 9)
      expect(new Set(beds.map((b) => b.colour)).size).toBeGreaterThanOrEqual(3)
      beds.forEach((bed, i) => {
        expect(bed.colour).toBeGreaterThanOrEqual(1)
        expect(bed.colour).toBeLessThanOrEqual(6)
        expect(bed.height).toBeGreaterThanOrEqual(0.08)
        expect(bed.colour).not.toBe(beds[i + 1]?.colour)
      })
    }
  })

  test('uses every colour about equally', () => {
    const seen = new Map<number, number>()
    for (const d of digests) for (const b of mark(d)) seen.set(b.colour, (seen.get(b.colour) ?? 0) + 1)
    for (const n of seen.values()) expect(Math.abs(n / (digests.length * 6) - 1 / 6)).toBeLessThan(0.015)
  })

  test('differs for digests that differ in one character', () => {
    const looks = new Set(digests.map((d) => mark(d).map((b) => `${b.colour}${Math.round(b.height * 14)}`).join(' ')))
    expect(looks.size).toBeGreaterThan(digests.length * 0.995)
    const base = 'af1349b9f5f9a1a6a0404dea36dcc949'
    for (let i = 0; i < base.length; i++) {
      const other = base.slice(0, i) + (base[i] === '0' ? '1' : '0') + base.slice(i + 1)
      expect(text(other)).not.toBe(text(base))
    }
  })
})

test('a bed of a core has the ground of its mark and streaks within it', () => {
  for (const digest of digests.slice(0, 500)) {
    const bed = coreBed(digest)
    expect(bed.colour).toBe(mark(digest)[0]?.colour)
    expect(bed.streaks.length).toBeGreaterThan(2)
    for (const s of bed.streaks) {
      expect(s.colour).not.toBe(bed.colour)
      expect(s.top + s.height).toBeLessThanOrEqual(1)
    }
  }
})
