import {describe, expect, test} from 'vitest'
import {compareVersions} from '../../src/image/versions.ts'

describe('versions in their order', () => {
  test.each([
    ['1.10.0', '1.9.0', 1],
    ['1.36.1-r0', '1.36.1-r1', -1],
    ['1.2.3', '1.2.3', 0],
    ['1.2', '1.2.1', -1],
    ['7.88.1-10+deb12u4', '7.88.1-10+deb12u12', -1],
  ])('%s compared with %s', (a, b, sign) => expect(Math.sign(compareVersions(a, b))).toBe(sign))
})
