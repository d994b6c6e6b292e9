import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

/**
 * Where requests go while developing: VARVE_DOOR names a live owner
 * (http://127.0.0.1:N, as `varve serve` prints it); without it a small world
 * of made-up runs answers, see tests/fixture.
 */
const door = process.env['VARVE_DOOR']

async function fixture(): Promise<Plugin[]> {
  if (door !== undefined || process.env['VARVE_FIXTURE'] !== '1') return []
  const { fixturePlugin } = await import('./tests/fixture/plugin')
  return [fixturePlugin()]
}

export default defineConfig({
  // Relative addresses: the same files work at / of the door and at wails://wails/.
  base: './',
  plugins: [svelte(), fixture()],
  server: door === undefined ? {} : { proxy: { '/api': { target: door } } },
  build: {
    target: ['chrome110', 'safari16.4'],
    // No data: fonts or pictures in CSS, and no inline script: the content security policy refuses both.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
})
