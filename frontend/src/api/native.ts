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
  /** Calls back with each drop until the answer is called. */
  onDrop(call: (drop: Drop) => void): () => void
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
    onDrop(call) {
      // WebView2 reports paths only when somebody has asked for them this way.
      windowsRuntime()?.OnFileDrop(() => undefined, false)
      const source = new EventSource('/native/events')
      source.addEventListener('drop', (message: MessageEvent<string>) => call(JSON.parse(message.data) as Drop))
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
