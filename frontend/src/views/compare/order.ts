/** The order after one of them was put where another stands. */
export function placed<T>(order: readonly T[], from: number, to: number): T[] {
  const moved = [...order]
  const [one] = moved.splice(from, 1)
  if (one !== undefined) moved.splice(Math.max(0, Math.min(to, moved.length)), 0, one)
  return moved
}

/** Which of several boxes side by side a place lies over; beyond them, the nearest. */
export function boxAt(boxes: readonly { left: number; right: number }[], x: number): number {
  const at = boxes.findIndex((box) => x < box.right)
  return at < 0 ? boxes.length - 1 : at
}
