import type { App } from './app'

/**
 * Hands a file to the person: what the page made, or what an address gives. In
 * the window a dialog asks where; a browser downloads.
 */
export async function saveFile(app: App, name: string, content: Blob | string): Promise<void> {
  const { native } = app
  if (native === undefined) {
    download(name, content)
    return
  }
  await app.attempt(async () => {
    const path = await native.save(name, content)
    if (path !== undefined) app.toasts.say(`${name} is saved`, { label: 'Show', run: () => void app.attempt(() => native.show(path)) })
  })
}

function download(name: string, content: Blob | string): void {
  const own = typeof content !== 'string'
  const address = own ? URL.createObjectURL(content) : content
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The download reads the address a little later.
  if (own) setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
