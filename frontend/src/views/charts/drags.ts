/** Follows the pointer from where it was pressed until it is let go. */
export function follow(event: PointerEvent, moved: (dx: number, dy: number, at: PointerEvent) => void, done: (dropped: boolean) => void): void {
  const target = event.currentTarget as HTMLElement
  const stop = new AbortController()
  target.setPointerCapture(event.pointerId)
  const { clientX, clientY } = event
  const end = (dropped: boolean) => {
    stop.abort()
    done(dropped)
  }
  target.addEventListener('pointermove', (now) => moved(now.clientX - clientX, now.clientY - clientY, now), { signal: stop.signal })
  target.addEventListener('pointerup', () => end(true), { signal: stop.signal })
  target.addEventListener('pointercancel', () => end(false), { signal: stop.signal })
}

/** The card whose box holds a place, or is nearest to it. */
export function nearestCard(boxes: readonly DOMRect[], x: number, y: number): number {
  let best = -1
  let least = Infinity
  boxes.forEach((box, i) => {
    const dx = Math.max(box.left - x, 0, x - box.right)
    const dy = Math.max(box.top - y, 0, y - box.bottom)
    const far = dx * dx + dy * dy
    if (far < least) {
      least = far
      best = i
    }
  })
  return best
}
