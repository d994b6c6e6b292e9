/** How long a question may stay without an answer. */
const patience = 10_000

/**
 * A fetch that gives questions up which nobody answers: it fails as if there
 * were no connection. While alive says that the other side is there, it waits on,
 * since some answers take their time. What changes something is never given up,
 * because it may have been done.
 */
export function patient(fetcher: typeof fetch, alive: () => boolean): typeof fetch {
  return async (input, init) => {
    const asked = input instanceof Request ? input : init
    if ((asked?.method ?? 'GET') !== 'GET') return fetcher(input, init)
    const given = asked?.signal
    const over = new AbortController()
    const follow = () => over.abort(given?.reason)
    given?.addEventListener('abort', follow)
    if (given?.aborted === true) follow()
    const silence = new TypeError('no answer in time')
    const timer = setInterval(() => {
      if (!alive()) over.abort(silence)
    }, patience)
    try {
      // The signal outlives the head of the answer: whoever loses interest ends the body, too.
      return await fetcher(input, { ...init, signal: over.signal })
    } catch (thrown) {
      // Not every web view hands the reason on.
      throw over.signal.reason === silence ? silence : thrown
    } finally {
      clearInterval(timer)
    }
  }
}
