import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

/**
 * Where requests go while developing: VARVE_DOOR names a live owner
 * (http://127.0.0.1:N, as `varve serve` prints it). Without one, `npm run
 * fixture` serves the pages before a made-up owner, see tests/fixture.
 */
const door = process.env['VARVE_DOOR']

export default defineConfig({
  // Relative addresses: the same files work at / of the door and at wails://wails/.
  base: './',
  plugins: [svelte()],
  server: door === undefined ? {} : { proxy: { '/api': { target: door } } },
  build: {
    target: ['chrome110', 'safari16.4'],
    // No data: fonts or pictures in CSS, and no inline script: the content security policy refuses both.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
})
