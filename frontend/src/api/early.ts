/** Where the interface of the door begins. */
export const root = '/api/varve/v1'

const asked = new Map<string, Promise<Response>>()

function keyOf(address: string, init: RequestInit | undefined): string {
  return `${init?.method ?? 'GET'} ${address} ${typeof init?.body === 'string' ? init.body : ''}`
}

/**
 * Asks before the scripts are here that know what to do with the answer. This
 * file comes first, so it stays small.
 */
export function askEarly(path: string, init: RequestInit): void {
  const answer = fetch(root + path, init)
  // Whoever takes it hears of a failure.
  answer.catch(() => undefined)
  asked.set(keyOf(root + path, init), answer)
}

/** The answer to what was asked early, once. */
export function takeEarly(address: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> | undefined {
  if (typeof address !== 'string') return undefined
  const key = keyOf(address, init)
  const answer = asked.get(key)
  asked.delete(key)
  return answer
}

/** From now on everything is asked anew: what nobody took is old. */
export function endEarly(): void {
  asked.clear()
}
