import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** Runes everywhere: the old reactivity never compiles. */
export default {
  compilerOptions: { runes: true },
  preprocess: vitePreprocess(),
}
