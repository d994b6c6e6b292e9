import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

/**
 * Where requests go while developing: VARVE_DOOR names a live owner
 * (http://127.0.0.1:N, as `varve serve` prints it). Without one, `npm run
 * fixture` serves the pages before a made-up owner, see tests/fixture.
 */
const door = process.env['VARVE_DOOR']

// What the very first script is made of: it stays small, and is in no other one.
const first = String.raw`(?!early|tabledoor|order\.|opening|looks|kept|code|route\.|grouping)`
const later = String.raw`(?![mM]arkdown|NoteEditor|\w+Sheet)`

/**
 * Few scripts rather than many small ones: each is a request. Svelte is apart
 * because it makes an Error while it loads, for whose place the browser reads
 * the whole script again.
 */
const groups = [
  { name: 'svelte', test: /node_modules\/(svelte|esm-env|clsx)\// },
  { name: 'charts', test: /src\/(chart|views\/charts)\/(?!echarts|picture)/ },
  { name: 'frame', test: new RegExp(`src/((format|api|live|state|commands|ui|views/frame)/${first}${later}|views/(pages|later|experiments/(commands|aims))|window|App)|node_modules/openapi-fetch`) },
]

/** Fetches the frame beside the script that asks for it. */
const preload: Plugin = {
  name: 'preload-frame',
  transformIndexHtml: (_, { bundle = {} }) =>
    Object.values(bundle)
      .filter((part) => part.type === 'chunk' && ['svelte', 'frame'].includes(part.name))
      .map((part) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `./${part.fileName}` }, injectTo: 'head' })),
}

export default defineConfig({
  // Relative addresses: the same files work at / of the door and at wails://wails/.
  base: './',
  plugins: [svelte(), preload],
  server: door === undefined ? {} : { proxy: { '/api': { target: door } } },
  build: {
    target: ['chrome110', 'safari16.4'],
    // No data: fonts or pictures in CSS, and no inline script: the content security policy refuses both.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file of styles: a page that comes later brings none that would have to be waited for.
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups } } },
    chunkSizeWarningLimit: 700,
  },
})
