import {jsonStrings} from './json-strings.ts'
import type {Ecosystem, Pin} from './pin.ts'

/** npm 7 and later: `packages` by their folders; before that: `dependencies` within each other. */
export function pinsOfNpm(text: string): readonly Pin[] {
  const pins: Pin[] = []
  const folder = 'node_modules/'
  for (const {path, keyLine, value} of jsonStrings(text)) {
    const [top, place = ''] = path
    if (path.at(-1) !== 'version') continue
    if (top === 'packages' && path.length === 3 && place.includes(folder)) {
      const name = place.slice(place.lastIndexOf(folder) + folder.length)
      pins.push({ecosystem: 'npm', name, version: value, line: keyLine})
    }
    const nested =
      path.length % 2 === 1 &&
      path.every((key, index) => index % 2 === 1 || index === path.length - 1 || key === 'dependencies')
    if (top === 'dependencies' && nested) {
      pins.push({ecosystem: 'npm', name: path.at(-2) ?? '', version: value, line: keyLine})
    }
  }
  return pins
}

/** `default` and `develop`: packages by name, with `version: "==1.26.4"`. */
export function pinsOfPipfile(text: string): readonly Pin[] {
  return [...jsonStrings(text)].flatMap(({path, keyLine, value}): Pin[] => {
    const [top, name, key, more] = path
    if ((top !== 'default' && top !== 'develop') || name === undefined || key !== 'version' || more !== undefined)
      return []
    return [{ecosystem: 'pypi', name, version: value.replace(/^===?/, ''), line: keyLine}]
  })
}

/** `packages` and `packages-dev`: lists of objects with `name` and `version`. */
export function pinsOfComposer(text: string): readonly Pin[] {
  const pins: (Pin & {readonly ecosystem: Ecosystem; version: string | null})[] = []
  for (const {path, line, value} of jsonStrings(text)) {
    const [top, , key, more] = path
    if ((top !== 'packages' && top !== 'packages-dev') || more !== undefined) continue
    if (key === 'name') pins.push({ecosystem: 'composer', name: value, version: null, line})
    const last = pins.at(-1)
    if (key === 'version' && last) last.version = value
  }
  return pins
}
