import { asVarveError, fromAnswer } from './errors'

/** A drop of files or folders from outside on the window. */
export interface Drop {
  /** Where it fell, in CSS pixels. */
  x: number
  y: number
  paths: string[]
  /** Why there are no paths, in words. */
  problem?: string
}

/** The few things that only the window can do. */
export interface Native {
  /** Asks for a folder or a file; undefined when the dialog was closed. */
  choose(kind: 'folder' | 'file', title: string, start?: string): Promise<string | undefined>
  /** Shows a file in the system's file manager. */
  show(path: string): Promise<void>
  /** Asks where to save what the page made, or what an address gives; undefined when the dialog was closed. */
  save(name: string, content: Blob | string): Promise<string | undefined>
  /** Opens an https address in the system's browser. */
  open(url: string): Promise<void>
  /** Shows another workspace in this window, or makes one; raised when that one has a window of its own. */
  workspace(path: string, create: boolean): Promise<{ raised: boolean }>
  /** Whether a person is asked before the window closes while runs go on. */
  asksToClose(): Promise<boolean>
  setAsksToClose(ask: boolean): Promise<void>
  /** Answers the question whether the window may close. */
  answerClosing(answer: ClosingAnswer): Promise<void>
  /** Closes the window as its button does. */
  close(): Promise<void>
  /** Shows a notification of the desktop; its id comes back when the person chooses it. */
  notify(id: string, title: string, text: string): Promise<void>
  /** Shows the page larger or smaller, in percent. */
  zoom(percent: number): Promise<void>
  /** Shows these menus. */
  menu(bar: NativeBar): Promise<void>
  /** Calls back with the id of what is chosen in them, until the answer is called. */
  onMenu(call: (id: string) => void): () => void
  /** Does to what has the focus what a key would: cut, copy, paste, all, undo, redo. */
  edit(command: string): Promise<void>
  /** Calls back with what happens to the window until the answer is called. */
  listen(hear: Happenings): () => void
}

/** A command in a menu, or a line between commands. */
export interface NativeItem {
  id?: string
  title?: string
  /** As they are printed; the page hears them itself. */
  keys?: string
  disabled?: boolean
}

export interface NativeMenu {
  /** An underscore stands before the letter that opens it with Alt. */
  title: string
  items: NativeItem[]
}

/** The menus of the window, in the colours of the pages: "rgb(1, 2, 3)". */
export interface NativeBar {
  menus: NativeMenu[]
  theme: 'system' | 'light' | 'dark'
  ground: string
  text: string
  line: string
}

/** First that a person is asked, then what the person says. */
export interface ClosingAnswer {
  shown?: boolean
  close?: boolean
  ask?: boolean
}

/** What happens to the window. */
export interface Happenings {
  drop: (drop: Drop) => void
  closing: (question: ClosingQuestion) => void
  /** A notification was chosen. */
  notified: (chosen: { id: string }) => void
}

/** The window is to close: so many runs go on, and this, in words, stops. */
export interface ClosingQuestion {
  runs: number
  stops: readonly string[]
}

/** Whether these pages are in Varve's window, not in a browser. */
export function inWindow(place: { protocol: string; hostname: string }): boolean {
  return place.protocol === 'wails:' || place.hostname === 'wails.localhost'
}

/** The window as a partner; undefined in a browser. */
export function findNative(): Native | undefined {
  if (!inWindow(location)) return undefined
  return {
    async choose(kind, title, start) {
      const { paths } = await ask<{ paths: string[] }>('choose', { kind, title, ...(start !== undefined && { start }) })
      return paths[0]
    },
    async show(path) {
      await ask('show', { path })
    },
    async save(name, content) {
      const title = `Save ${name}`
      const { paths } =
        typeof content === 'string'
          ? await ask<{ paths: string[] }>('save', { title, name, from: content })
          : // Bytes, not the Blob: WebKitGTK has no body for a Blob, and Wails falls over that with the whole window.
            await post<{ paths: string[] }>(`save?${new URLSearchParams({ title, name }).toString()}`, 'application/octet-stream', await content.arrayBuffer())
      return paths[0]
    },
    async open(url) {
      await ask('open', { url })
    },
    workspace(path, create) {
      return ask('workspace', { path, create })
    },
    async asksToClose() {
      const answer = await fetch('/native/closing')
      return answer.ok && ((await answer.json()) as { ask: boolean }).ask
    },
    async setAsksToClose(value) {
      await ask('closing', { ask: value })
    },
    async answerClosing(answer) {
      await ask('closing/answer', answer)
    },
    async close() {
      await ask('close', {})
    },
    async notify(id, title, text) {
      await ask('notify', { id, title, text })
    },
    async zoom(percent) {
      try {
        await ask('zoom', { percent })
      } catch (thrown) {
        // Elsewhere than on Linux the page does it.
        if (asVarveError(thrown).code !== 'unsupported') throw thrown
        document.documentElement.style.zoom = `${percent}%`
      }
    },
    async menu(bar) {
      await ask('menu', bar)
    },
    onMenu(call) {
      const source = new EventSource('/native/events')
      source.addEventListener('menu', (message: MessageEvent<string>) => call((JSON.parse(message.data) as { id: string }).id))
      return () => source.close()
    },
    async edit(command) {
      try {
        await ask('edit', { command })
      } catch (thrown) {
        // Elsewhere than on Linux a script can do it itself, in the one way that there is.
        const name = command === 'all' ? 'selectAll' : command
        // eslint-disable-next-line @typescript-eslint/no-deprecated
        if (asVarveError(thrown).code !== 'unsupported' || !document.execCommand(name)) throw thrown
      }
    },
    listen(hear) {
      // WebView2 reports paths only when somebody has asked for them this way.
      windowsRuntime()?.OnFileDrop(() => undefined, false)
      const source = new EventSource('/native/events')
      for (const [name, call] of Object.entries(hear)) {
        source.addEventListener(name, (message: MessageEvent<string>) => (call as (value: unknown) => void)(JSON.parse(message.data)))
      }
      return () => source.close()
    },
  }
}

function ask<T>(what: string, body: unknown): Promise<T> {
  return post(what, 'application/json', JSON.stringify(body))
}

async function post<T>(what: string, type: string, body: BodyInit): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(`/native/${what}`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    })
  } catch (thrown) {
    throw asVarveError(thrown)
  }
  const value: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) throw fromAnswer(answer.status, value)
  return value as T
}

interface WailsRuntime {
  OnFileDrop(call: () => void, useDropTarget: boolean): void
}

function windowsRuntime(): WailsRuntime | undefined {
  return (window as { runtime?: WailsRuntime }).runtime
}
