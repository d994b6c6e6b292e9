import type { Page } from 'playwright/test'

/**
 * What runs in the page beside its own code: it looks at every frame whether
 * something has come, and tells when the frame that shows it was painted, in
 * milliseconds since 1970.
 */
export interface Probe {
  /** When an event of this type last came, before the page heard of it. */
  at: Record<string, number>
  /** When what the condition names was painted. */
  painted(condition: () => boolean): Promise<number>
  /** The names of the runs at the top of the table, in their order. */
  rows(): string
  /** How long frames take until stop is called. */
  frames(): () => number[]
}

declare global {
  interface Window {
    probe: Probe
  }
}

/** Puts the probe into every page that opens from now on. */
export async function install(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const now = () => performance.timeOrigin + performance.now()
    const at: Record<string, number> = {}
    for (const type of ['keydown', 'click']) window.addEventListener(type, (event) => (at[type] = performance.timeOrigin + event.timeStamp), true)
    window.probe = {
      at,
      painted: (condition) =>
        new Promise((done, failed) => {
          const late = now() + 30_000
          const look = () => {
            if (!condition()) {
              if (now() > late) failed(new Error(`waited in vain for ${String(condition)}`))
              else requestAnimationFrame(look)
              return
            }
            // A message is handled when the frame is out.
            const channel = new MessageChannel()
            channel.port1.onmessage = () => done(now())
            channel.port2.postMessage(0)
          }
          requestAnimationFrame(look)
        }),
      rows: () => Array.from({ length: 12 }, (_, r) => document.querySelector(`[data-row="${r}"] a`)?.textContent ?? '').join(' ').trim(),
      frames: () => {
        const all: number[] = []
        let last = 0
        let on = true
        const frame = (time: number) => {
          if (last > 0) all.push(time - last)
          last = time
          if (on) requestAnimationFrame(frame)
        }
        requestAnimationFrame(frame)
        return () => {
          on = false
          return all
        }
      },
    }
  })
}
