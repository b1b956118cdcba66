import {defineConfig} from 'vitest/config'

// `npm test` needs Node and nothing else. Suites that need more live under test/e2e and run by `npm run e2e:<name>`.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', '**/node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most of the time is spent waiting for processes and clocks: two workers help even on two cores.
    maxWorkers: 2,
    setupFiles: ['test/setup.ts'],
  },
})
