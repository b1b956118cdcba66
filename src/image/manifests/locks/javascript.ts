import {linesOf, type Pin} from './pin.ts'

/** Both formats of yarn: a header of descriptors, and `version` below it. The header is what a person looks for. */
export function pinsOfYarn(text: string): readonly Pin[] {
  const pins: Pin[] = []
  let header: {name: string; line: number} | null = null
  linesOf(text).forEach((line, index) => {
    if (/^[^\s#]/.test(line) && line.trimEnd().endsWith(':')) {
      const name = /^["']?((?:@[^@/\s]+\/)?[^@/\s"']+)@/.exec(line)?.[1]
      header = name === undefined ? null : {name, line: index + 1}
      return
    }
    const version = header && /^[ \t]+version:?[ \t]+["']?([^\s"']+)/.exec(line)?.[1]
    if (!header || !version) return
    pins.push({ecosystem: 'npm', name: header.name, version, line: header.line})
    header = null
  })
  return pins
}

/** Keys below `packages:`: `/left-pad/1.3.0:` (5), `/left-pad@1.3.0:` (6), `left-pad@1.3.0:` (9), with peers in parentheses. */
export function pinsOfPnpm(text: string): readonly Pin[] {
  const pins: Pin[] = []
  let inPackages = false
  linesOf(text).forEach((line, index) => {
    if (/^\S/.test(line)) inPackages = /^(packages|snapshots):/.test(line)
    if (!inPackages) return
    const key = /^ {2}["']?\/?((?:@[^@/\s]+\/)?[^@/\s"'(]+)[@/](\d[^\s"'(:_]*)/.exec(line)
    if (key?.[1] !== undefined) pins.push({ecosystem: 'npm', name: key[1], version: key[2] ?? null, line: index + 1})
  })
  return pins
}
