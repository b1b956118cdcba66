import {defineConfig} from 'vitest/config'

// Suites that start real tools: each names what it needs, and fails loudly where it is missing.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 600_000,
    // The first run of a suite builds its tools from source: Grype and Syft take minutes each.
    hookTimeout: 1_800_000,
    fileParallelism: false,
    // A story is told in order: what comes after a failure only waits for what never comes.
    bail: 1,
  },
})
