import type { Change } from '../api/types'
import { parseChange } from './parse'

/** Who hears what a transport hears. After failed, nothing more comes. */
export interface Sink {
  /** The other side answered. */
  opened(): void
  /** Something changed; a number that was heard before is a sign of life. */
  change(change: Change): void
  failed(): void
}

/**
 * A way to hear what happened after since. Opening never throws; the answer
 * closes it, after which the sink hears nothing.
 */
export type Transport = (since: number, sink: Sink) => () => void

/** Server-sent events. Reconnecting is the connection's affair, not the browser's. */
export function eventSource(address: string): Transport {
  return (since, sink) => {
    const source = new EventSource(`${address}?since=${since}`)
    source.onopen = () => sink.opened()
    source.onmessage = (message: MessageEvent<string>) => {
      const change = parseChange(message.data)
      if (change !== undefined) sink.change(change)
    }
    source.onerror = () => {
      source.close()
      sink.failed()
    }
    return () => source.close()
  }
}

/** Long polling, for web views that hold streams back. Same words, same order. */
export function longPoll(ask: (since: number, wait: number, signal: AbortSignal) => Promise<Change[]>): Transport {
  return (since, sink) => {
    const closing = new AbortController()
    void listen(ask, since, sink, closing.signal)
    return () => closing.abort()
  }
}

/** Seconds that a poll may be held open; doors answer sooner when something happens. An empty answer is a sign of life. */
const wait = 3

async function listen(
  ask: (since: number, wait: number, signal: AbortSignal) => Promise<Change[]>,
  since: number,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const closed = () => signal.aborted
  let last = since
  let first = true
  while (!closed()) {
    let changes: Change[]
    try {
      changes = await ask(last, first ? 0 : wait, signal)
    } catch {
      if (!closed()) sink.failed()
      return
    }
    if (closed()) return
    if (first) sink.opened()
    first = false
    if (changes.length === 0) sink.change({ seq: last })
    for (const change of changes) {
      last = change.reset === true ? change.seq : Math.max(last, change.seq)
      sink.change(change)
    }
  }
}
