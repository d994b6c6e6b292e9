import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

// The script of charts that are saved as pages: one file, styles and all, that
// runs where nothing can be fetched.
export default defineConfig({
  plugins: [svelte({ compilerOptions: { css: 'injected' } })],
  publicDir: false,
  // A library is built for somebody else to define this; here, nobody comes after.
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: ['chrome110', 'safari16.4'],
    outDir: 'dist/offline',
    lib: { entry: 'src/offline/main.ts', formats: ['iife'], name: 'VarveChart', fileName: () => 'chart.js' },
    // Minified, the libraries lose their own notices; saved pages travel without Varve's.
    rolldownOptions: { output: { codeSplitting: false, postBanner: '/*! Varve (Apache-2.0), with Apache ECharts (Apache-2.0), ZRender (BSD-3-Clause) and Svelte (MIT) */' } },
    chunkSizeWarningLimit: 1500,
  },
})
