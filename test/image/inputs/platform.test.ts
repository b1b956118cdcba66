import {describe, expect, test} from 'vitest'
import {isPlatformName, platformName} from '../../../src/image/inputs/platform.ts'

describe('the name of a platform', () => {
  // Pairs as containerd's platforms.Normalize makes them (containerd/platforms, database.go).
  test.each([
    ['linux', 'amd64', '', 'linux/amd64'],
    ['linux', 'x86_64', '', 'linux/amd64'],
    ['linux', 'amd64', 'v1', 'linux/amd64'],
    ['linux', 'amd64', 'v3', 'linux/amd64/v3'],
    ['linux', 'aarch64', '', 'linux/arm64'],
    ['linux', 'arm64', 'v8', 'linux/arm64'],
    ['linux', 'arm', '', 'linux/arm/v7'],
    ['linux', 'arm', '6', 'linux/arm/v6'],
    ['linux', 'arm', 'v5', 'linux/arm/v5'],
    ['linux', 'armhf', '', 'linux/arm/v7'],
    ['linux', 'armel', '', 'linux/arm/v6'],
    ['linux', 'i386', '', 'linux/386'],
    ['Linux', 'S390X', '', 'linux/s390x'],
    ['macos', 'arm64', '', 'darwin/arm64'],
  ])('%s, %s, "%s" is %s', (os, architecture, variant, name) =>
    expect(platformName({os, architecture, variant})).toBe(name),
  )

  test.each([
    ['linux/amd64', true],
    ['linux/arm/v7', true],
    ['linux/', false],
    ['/amd64', false],
    ['linux/amd64/../../x', false],
    ['linux/amd64\u001b[31m', false],
    [`linux/${'a'.repeat(33)}`, false],
  ])('%j is one that reports may show: %s', (name, holds) => expect(isPlatformName(name)).toBe(holds))
})
