import {linesOf, type Pin} from './pin.ts'

/** `require` with one module, or a block of them; `replace` and `exclude` pin nothing of their own. */
export function pinsOfGoMod(text: string): readonly Pin[] {
  const pins: Pin[] = []
  let inRequire = false
  linesOf(text).forEach((line, index) => {
    if (/^require[ \t]*\(/.test(line)) inRequire = true
    else if (/^\)/.test(line)) inRequire = false
    const one = /^(?:require[ \t]+|[ \t]+)(\S+)[ \t]+(v\d\S*)/.exec(line)
    if (one?.[1] === undefined || (!inRequire && !line.startsWith('require'))) return
    pins.push({ecosystem: 'golang', name: one[1], version: one[2] ?? null, line: index + 1})
  })
  return pins
}

/** `module v1.2.3 h1:…`: also modules of which only the go.mod was read, which are left out. */
export function pinsOfGoSum(text: string): readonly Pin[] {
  return linesOf(text).flatMap((line, index): Pin[] => {
    const [, name, version] = /^(\S+) (v[^\s/]+) h1:/.exec(line) ?? []
    return name === undefined ? [] : [{ecosystem: 'golang', name, version: version ?? null, line: index + 1}]
  })
}

/** `    rails (7.1.3)` below `specs:`: four blanks; what has six is asked for, not pinned. */
export function pinsOfGemfile(text: string): readonly Pin[] {
  return linesOf(text).flatMap((line, index): Pin[] => {
    const [, name, version] = /^ {4}([^\s()]+) \(([^\s()]+)\)$/.exec(line) ?? []
    return name === undefined ? [] : [{ecosystem: 'gem', name, version: version ?? null, line: index + 1}]
  })
}

/** `<dependency>` with its parts on lines of their own, as Maven's own tools write it. Versions by property are unknown. */
export function pinsOfPom(text: string): readonly Pin[] {
  const pins: Pin[] = []
  let group: string | null = null
  let artifact: {text: string; line: number} | null = null
  let version: string | null = null
  let inside = 0
  linesOf(text).forEach((line, index) => {
    if (line.includes('<dependency>')) {
      inside = 1
      group = null
      artifact = null
      version = null
    }
    if (line.includes('<exclusions>')) inside = 2
    if (inside === 1) {
      group = tag(line, 'groupId') ?? group
      version = tag(line, 'version') ?? version
      const name = tag(line, 'artifactId')
      if (name !== null) artifact = {text: name, line: index + 1}
    }
    if (line.includes('</exclusions>')) inside = 1
    if (!line.includes('</dependency>')) return
    if (group !== null && artifact) {
      const known = version?.includes('$') ? null : version
      pins.push({ecosystem: 'maven', name: `${group}/${artifact.text}`, version: known, line: artifact.line})
    }
    inside = 0
  })
  return pins
}

function tag(line: string, name: string): string | null {
  const start = line.indexOf(`<${name}>`)
  const end = line.indexOf(`</${name}>`)
  return start === -1 || end < start ? null : line.slice(start + name.length + 2, end).trim()
}
