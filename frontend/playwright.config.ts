import { defineConfig } from 'playwright/test'

const chromium = process.env['VARVE_CHROMIUM'] ?? '/usr/bin/chromium'

/** The real pages of the real program, in a real browser: `make build` first, then `npm run e2e`. */
export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  // A project for each file: projects share no worker, so each file has an owner of its own.
  projects: ['newcomer', 'compare', 'charts', 'edits', 'experiments', 'life', 'runpage', 'session', 'data', 'changes', 'values', 'restore', 'describe', 'project', 'runs', 'table', 'ask', 'offline', 'home', 'finder', 'workspaces', 'trash', 'models', 'scripts', 'endures', 'hangs', 'import', 'export', 'upkeep', 'removal'].map((name) => ({ name, testMatch: `${name}.spec.ts` })),
  // Two at a time are enough for two cores.
  workers: 2,
  // A busy machine may hold a page up; what passed only then is named at the end.
  retries: 1,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: { executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] },
    // Traces make everything slower by three quarters.
    trace: 'on-first-retry',
    actionTimeout: 60_000,
  },
})
