/** One bed of a mark: a colour, 1 to 6, and its top and height within 0…1. */
export interface Bed {
  colour: number
  top: number
  height: number
}

/** A thin layer within the bed of a version. */
export interface Streak extends Bed {
  opacity: number
}

/** How a version lies in a core: a ground colour and the streaks in it. */
export interface CoreBed {
  colour: number
  streaks: Streak[]
}

const beds = 6
const colours = 6
/** The thinnest bed, as a share of the mark: one pixel of fourteen. */
const thinnest = 0.08

/**
 * The mark of some content: six beds from its digest. One version has one
 * mark, everywhere and for ever, so this function must never change its
 * answers. Beds that touch differ, and at least three colours appear.
 */
export function mark(digest: string): Bed[] {
  const draw = randomFrom(`mark:${digest}`)
  let row: number[]
  do {
    row = []
    for (let i = 0; i < beds; i++) row.push(otherColour(draw, row.at(-1)))
  } while (new Set(row).size < 3)
  // Cubes spread the weights, so that marks have thick and thin beds.
  const weights = row.map(() => 0.04 + draw() ** 3)
  const sum = weights.reduce((a, b) => a + b, 0)
  let top = 0
  return row.map((colour, i) => {
    const height = thinnest + ((weights[i] ?? 0) / sum) * (1 - beds * thinnest)
    const bed = { colour, top, height }
    top += height
    return bed
  })
}

/** How the version of this digest lies in the core of its data set. */
export function coreBed(digest: string): CoreBed {
  const ground = mark(digest)[0]?.colour ?? 1
  const draw = randomFrom(`core:${digest}`)
  const streaks: Streak[] = []
  let top = 0.05 + draw() * 0.1
  while (top < 0.88 && streaks.length < 7) {
    const height = [0.016, 0.016, 0.024, 0.05, 0.09][Math.floor(draw() * 5)] ?? 0.016
    streaks.push({ colour: otherColour(draw, ground), top, height, opacity: 0.4 + draw() * 0.5 })
    top += height + 0.05 + draw() * 0.17
  }
  return { colour: ground, streaks }
}

function otherColour(draw: () => number, than: number | undefined): number {
  if (than === undefined) return 1 + Math.floor(draw() * colours)
  const step = 1 + Math.floor(draw() * (colours - 1))
  return 1 + ((than - 1 + step) % colours)
}

/**
 * Numbers in 0…1 that depend on every character of the text: FNV-1a seeds two
 * words, xorshift with a final mix draws from them. Digests need not be hex.
 */
function randomFrom(text: string): () => number {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ (code + i), 0x85ebca6b)
  }
  return () => {
    a ^= a << 13
    a ^= a >>> 17
    a ^= a << 5
    b = (b + 0x6d2b79f5) | 0
    let mixed = Math.imul((a + b) ^ ((a + b) >>> 15), 0x2c1b3c6d)
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
}
