import {type Ecosystem, linesOf, type Pin} from './pin.ts'

/** `torch==2.4.1 ; python_version >= "3.9" --hash=…` (PEP 508, and pip's format of requirements). */
export function pinsOfRequirements(text: string): readonly Pin[] {
  return linesOf(text).flatMap((line, index) => pinOfRequirement(line.trim(), index + 1) ?? [])
}

function pinOfRequirement(text: string, line: number): Pin | undefined {
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*(.*)$/.exec(text)
  const [, name, rest = ''] = match ?? []
  if (name === undefined || !/^($|[=<>!~;@#\\(,])/.test(rest)) return undefined
  const exact = /^\(?===?[ \t]*([^\s;,#\\)]+)/.exec(rest)?.[1]
  return {ecosystem: 'pypi', name, version: exact === undefined || exact.endsWith('.*') ? null : exact, line}
}

/** `[[package]]` with `name` and `version`: poetry, uv, pdm, pylock (`[[packages]]`), Cargo. */
export function pinsOfTomlPackages(text: string, ecosystem: Ecosystem): readonly Pin[] {
  const pins: Pin[] = []
  let inPackage = false
  let name: {text: string; line: number} | null = null
  let version: string | null = null
  const end = (): void => {
    if (name) pins.push({ecosystem, name: name.text, version, line: name.line})
    name = null
    version = null
  }
  linesOf(text).forEach((line, index) => {
    if (line.startsWith('[')) {
      if (/^\[\[packages?\]\]/.test(line)) {
        end()
        inPackage = true
      } else inPackage = false
      return
    }
    const [, key, value] = inPackage ? (/^(name|version)[ \t]*=[ \t]*"([^"]*)"/.exec(line) ?? []) : []
    if (key === 'name' && value !== undefined) name = {text: value, line: index + 1}
    if (key === 'version' && value !== undefined) version = value
  })
  end()
  return pins
}

/** `- numpy=1.26.4=py311_0`, `- pip:` with requirements below it, and conda-lock's `- name:` with `version:`. */
export function pinsOfConda(text: string): readonly Pin[] {
  const pins: Pin[] = []
  const lines = linesOf(text)
  let pipIndent = -1
  let isListed = false
  lines.forEach((line, index) => {
    // Other keys list channels and platforms.
    const key = /^([A-Za-z_-]+):/.exec(line)?.[1]
    if (key !== undefined) isListed = key === 'dependencies' || key === 'package'
    if (!isListed) return
    const [, indent = '', item] = /^([ \t]*)-[ \t]+(.*)$/.exec(line) ?? []
    if (item === undefined) return
    if (/^pip:[ \t]*$/.test(item)) {
      pipIndent = indent.length
      return
    }
    if (indent.length <= pipIndent) pipIndent = -1
    const said = withoutQuotes(item.trim())
    if (pipIndent >= 0) {
      const pin = pinOfRequirement(said, index + 1)
      if (pin) pins.push(pin)
      return
    }
    const name = /^name:[ \t]*["']?([A-Za-z0-9._-]+)["']?[ \t]*$/.exec(said)?.[1]
    if (name !== undefined) {
      const version = /^[ \t]*version:[ \t]*["']?([^\s"']+)/.exec(lines[index + 1] ?? '')?.[1] ?? null
      pins.push(...both(name, version, index + 1))
      return
    }
    const spec = /^(?:[\w./-]+::)?([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:={1,2}[ \t]*([^\s=#,<>|]+))?/.exec(said)
    if (spec?.[1] !== undefined && !/:[ \t]*$/.test(said)) {
      const version = spec[2] === undefined || spec[2].includes('*') ? null : spec[2]
      pins.push(...both(spec[1], version, index + 1))
    }
  })
  return pins
}

function withoutQuotes(text: string): string {
  const [first] = text
  return (first === '"' || first === "'") && text.length > 1 && text.endsWith(first) ? text.slice(1, -1) : text
}

/** Scanners find a Python package of conda by its own metadata, as one of PyPI. */
function both(name: string, version: string | null, line: number): readonly Pin[] {
  return (['conda', 'pypi'] as const).map(ecosystem => ({ecosystem, name, version, line}))
}
