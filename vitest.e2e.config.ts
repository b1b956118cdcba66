import {defineConfig} from 'vitest/config'

// Suites that start real tools: each names what it needs, and fails loudly where it is missing.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    // A story is told in order: what comes after a failure only waits for what never comes.
    bail: 1,
  },
})
