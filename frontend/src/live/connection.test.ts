import { beforeEach, describe, expect, test } from 'vitest'
import type { Change } from '../api/types'
import type { Batch } from './batch'
import type { Clock } from './clock'
import { Connection, type State } from './connection'
import { longPoll, type Sink, type Transport } from './transport'

/** A clock that moves only when told. */
class TestClock implements Clock {
  #now = 1000
  #timers: { at: number; call: () => void }[] = []
  now() {
    return this.#now
  }
  after(ms: number, call: () => void) {
    const timer = { at: this.#now + ms, call }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((t) => t !== timer)
    }
  }
  pass(ms: number) {
    const until = this.#now + ms
    for (;;) {
      const due = this.#timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((t) => t !== due)
      this.#now = Math.max(this.#now, due.at)
      due.call()
    }
    this.#now = until
  }
  get waiting() {
    return this.#timers.length
  }
}

/** A transport whose other side is the test. */
class TestWay {
  calls: { since: number; sink: Sink; closed: boolean }[] = []
  transport: Transport = (since, sink) => {
    const call = { since, sink, closed: false }
    this.calls.push(call)
    return () => {
      call.closed = true
    }
  }
  get last() {
    const call = this.calls.at(-1)
    if (call === undefined) throw new Error('nobody called')
    return call
  }
}

let clock: TestClock
let stream: TestWay
let poll: TestWay
let states: [State, number | undefined, number | undefined][]
let batches: Batch[]
let connection: Connection

beforeEach(() => {
  clock = new TestClock()
  stream = new TestWay()
  poll = new TestWay()
  states = []
  batches = []
  connection = new Connection({
    transports: { stream: stream.transport, poll: poll.transport },
    clock,
    listener: { state: (s, at, heard) => states.push([s, at, heard]), batch: (b) => batches.push(b) },
  })
})

function greet(seq: number) {
  stream.last.sink.opened()
  stream.last.sink.change({ seq })
}

describe('order', () => {
  test('what was heard already is dropped, what comes next is passed on', () => {
    connection.start(7)
    expect(stream.last.since).toBe(7)
    greet(7)
    stream.last.sink.change({ seq: 7, runs: ['old'] })
    stream.last.sink.change({ seq: 8, runs: ['a'] })
    expect(batches).toHaveLength(1)
    expect(batches[0]?.reset).toBe(false)
    expect([...(batches[0]?.runs ?? [])]).toEqual(['a'])
  })

  test('a gap and a reset both mean: read again', () => {
    connection.start(7)
    greet(7)
    stream.last.sink.change({ seq: 9, runs: ['a'] })
    clock.pass(250)
    stream.last.sink.change({ seq: 2, reset: true })
    clock.pass(250)
    stream.last.sink.change({ seq: 3, runs: ['b'] })
    clock.pass(250)
    expect(batches.map((b) => b.reset)).toEqual([true, true, false])
  })
})

test('a burst becomes at most four batches a second, and nothing is lost', () => {
  connection.start(0)
  greet(0)
  for (let i = 1; i <= 100; i++) {
    stream.last.sink.change({ seq: i, metrics: [`run${i}`] })
    clock.pass(10)
  }
  clock.pass(250)
  expect(batches.length).toBeLessThanOrEqual(6)
  expect(batches.flatMap((b) => [...b.metrics])).toHaveLength(100)
})

describe('a broken connection', () => {
  test('is tried again with growing delays, from the last message', () => {
    connection.start(5)
    greet(5)
    stream.last.sink.change({ seq: 6 })
    stream.last.sink.failed()
    const heard = clock.now()
    expect(states.at(-1)).toEqual(['trying', undefined, heard])
    clock.pass(250)
    expect(stream.last.since).toBe(6)
    stream.last.sink.failed()
    expect(states.at(-1)).toEqual(['lost', clock.now() + 1000, heard])
    clock.pass(1000)
    stream.last.sink.failed()
    expect(states.at(-1)).toEqual(['lost', clock.now() + 2000, heard])
    clock.pass(2000)
    stream.last.sink.opened()
    expect(states.at(-1)?.[0]).toBe('open')
    expect(poll.calls).toHaveLength(0)
    // The next break begins with a short delay again.
    stream.last.sink.failed()
    expect(states.at(-1)?.[0]).toBe('trying')
  })

  test('is tried at once when asked, without a second try later', () => {
    connection.start(0)
    greet(0)
    stream.last.sink.failed()
    clock.pass(250)
    stream.last.sink.failed()
    const before = stream.calls.length
    connection.resume()
    expect(stream.calls).toHaveLength(before + 1)
    clock.pass(4000)
    expect(stream.calls).toHaveLength(before + 1)
  })

  test('hears nothing from the old transport any more', () => {
    connection.start(0)
    greet(0)
    const old = stream.last
    old.sink.failed()
    expect(old.closed).toBe(true)
    clock.pass(250)
    old.sink.change({ seq: 1, runs: ['ghost'] })
    old.sink.failed()
    expect(batches).toHaveLength(0)
    expect(stream.calls).toHaveLength(2)
  })
})

describe('where streams are held back', () => {
  test('a stream that opens and stays silent is replaced by polling', () => {
    connection.start(3)
    stream.last.sink.opened()
    clock.pass(5000)
    expect(stream.last.closed).toBe(true)
    expect(poll.last.since).toBe(3)
    poll.last.sink.opened()
    poll.last.sink.change({ seq: 4, runs: ['a'] })
    expect(batches).toHaveLength(1)
  })

  test('a greeting and signs of life are enough to stay with the stream', () => {
    connection.start(3)
    greet(3)
    for (let i = 0; i < 20; i++) {
      clock.pass(3000)
      stream.last.sink.change({ seq: 3 })
    }
    expect(stream.calls).toHaveLength(1)
    expect(poll.calls).toHaveLength(0)
    expect(batches).toHaveLength(0)
  })

  test('a stream that never opened lets polling try', () => {
    connection.start(3)
    stream.last.sink.failed()
    clock.pass(250)
    expect(poll.calls).toHaveLength(1)
  })
})

describe('an owner that hangs', () => {
  test('is lost within fifteen seconds, and everything is read again when it goes on', () => {
    connection.start(5)
    greet(5)
    stream.last.sink.change({ seq: 6, runs: ['a'] })
    const heard = clock.now()
    clock.pass(7000)
    expect(stream.calls[0]?.closed).toBe(true)
    expect(states.at(-1)).toEqual(['trying', undefined, heard])
    clock.pass(5250)
    expect(states.at(-1)).toEqual(['lost', clock.now() + 1000, heard])
    clock.pass(1000)
    expect(stream.calls).toHaveLength(3)
    batches = []
    greet(6)
    expect(states.at(-1)?.[0]).toBe('open')
    clock.pass(250)
    expect(batches.map((b) => b.reset)).toEqual([true])
    // And then it is quiet again.
    stream.last.sink.change({ seq: 6 })
    clock.pass(250)
    expect(batches).toHaveLength(1)
    expect(poll.calls).toHaveLength(0)
  })

  test('is noticed by polling, too', () => {
    connection.start(3)
    stream.last.sink.failed()
    clock.pass(250)
    poll.last.sink.opened()
    poll.last.sink.change({ seq: 3 })
    clock.pass(7000)
    expect(poll.calls[0]?.closed).toBe(true)
    expect(states.at(-1)?.[0]).toBe('trying')
  })
})

test('a hidden page is quiet and resumes where it was', () => {
  connection.start(0)
  greet(0)
  stream.last.sink.change({ seq: 1 })
  connection.pause()
  expect(stream.last.closed).toBe(true)
  clock.pass(60_000)
  expect(stream.calls).toHaveLength(1)
  expect(clock.waiting).toBe(0)
  connection.resume()
  connection.resume()
  expect(stream.calls).toHaveLength(2)
  expect(stream.last.since).toBe(1)
})

describe('long polling', () => {
  test('asks on from the last change, and says once that it is open', async () => {
    const asked: [number, number][] = []
    const answers: Change[][] = [[], [{ seq: 4 }, { seq: 5 }], [{ seq: 1, reset: true }]]
    const heard: (number | string)[] = []
    await new Promise<void>((done) => {
      longPoll((since, wait) => {
        asked.push([since, wait])
        const answer = answers.shift()
        return answer === undefined ? Promise.reject(new Error('gone')) : Promise.resolve(answer)
      })(3, {
        opened: () => heard.push('open'),
        change: (c) => heard.push(c.seq),
        failed: () => done(),
      })
    })
    // Nothing new is a sign of life.
    expect(heard).toEqual(['open', 3, 4, 5, 1])
    expect(asked).toEqual([
      [3, 0],
      [3, 3],
      [5, 3],
      [1, 3],
    ])
  })

  test('is silent once it is closed', async () => {
    const heard: string[] = []
    let answer: (changes: Change[]) => void = () => undefined
    const pending = new Promise<Change[]>((resolve) => (answer = resolve))
    const close = longPoll(() => pending)(0, {
      opened: () => heard.push('open'),
      change: () => heard.push('change'),
      failed: () => heard.push('failed'),
    })
    close()
    answer([{ seq: 1 }])
    await pending
    await Promise.resolve()
    expect(heard).toEqual([])
  })
})
