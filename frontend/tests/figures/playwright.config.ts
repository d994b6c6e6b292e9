import { defineConfig } from 'playwright/test'

const chromium = process.env['VARVE_CHROMIUM'] ?? '/usr/bin/chromium'

/** How fast the pages are: `make figures`. Nothing here passes or fails by its speed. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/figures',
  workers: 1,
  // Filling a workspace with a hundred thousand runs takes minutes.
  timeout: 1_200_000,
  expect: { timeout: 60_000 },
  reporter: [['./quiet.ts']],
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: 20_000,
    launchOptions: { executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] },
  },
})
