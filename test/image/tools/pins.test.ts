import {describe, expect, test} from 'vitest'
import {isMalicious} from '../../../src/image/tools/known-bad.ts'
import {pins, toolNames} from '../../../src/image/tools/pins.ts'

const all = toolNames.flatMap(tool =>
  pins[tool].flatMap(({version, machines}) =>
    [...machines].map(([machine, pin]) => ({tool, version, machine, ...pin})),
  ),
)

describe('the releases that may be downloaded', () => {
  test('are there for both scanners, on Linux and on a Mac', () => {
    for (const tool of toolNames) {
      expect(pins[tool].length).toBeGreaterThan(1)
      for (const {machines} of pins[tool]) {
        expect([...machines.keys()]).toEqual(['linux/x64', 'linux/arm64', 'darwin/x64', 'darwin/arm64'])
      }
    }
  })

  test('have each a sum of its own, and come from the page of their own release', () => {
    expect(new Set(all.map(each => each.sha256)).size).toBe(all.length)
    for (const {tool, version, sha256, url} of all) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      const owner = tool === 'trivy' ? 'aquasecurity' : 'anchore'
      expect(
        url.startsWith(`https://github.com/${owner}/${tool}/releases/download/v${version}/${tool}_${version}_`),
      ).toBe(true)
    }
  })

  test('start with the newest', () => {
    for (const tool of toolNames) {
      const versions = pins[tool].map(each => Number(each.version.split('.')[1]))
      expect(versions).toEqual(versions.toSorted((a, b) => b - a))
    }
  })

  test('are none of those that an intruder made', () => {
    expect(all.filter(({tool, version}) => isMalicious(tool, version))).toEqual([])
    expect(['0.69.4', '0.69.5', '0.69.6'].every(version => isMalicious('trivy', version))).toBe(true)
  })
})
