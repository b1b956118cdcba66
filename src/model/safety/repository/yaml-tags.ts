import {quote, type Rule} from '../observation.ts'
import type {RepositorySight} from './sight.ts'

const pythonTag: Rule = {
  id: 'yaml-python-tag',
  title: 'A YAML file builds Python objects',
  means: 'runs',
  why: 'yaml.load with an unsafe loader imports what the tag names and calls it.',
  remedy: 'Write plain values, and read YAML with yaml.safe_load.',
  cves: ['CVE-2020-14343'],
}

export const yamlRules: readonly Rule[] = [pythonTag]

/** Tags of PyYAML that build values alone: `!!python/tuple [1, 2]` is a tuple (PyYAML documentation, "YAML tags"). */
const harmless = new Set([
  'none',
  'bool',
  'bytes',
  'str',
  'unicode',
  'int',
  'long',
  'float',
  'complex',
  'list',
  'tuple',
  'dict',
])

/**
 * Tags that import or call something: what PyYAML makes of each by its handle, the file's `%TAG` directives, and escapes
 * (YAML 1.1, 6.8.2 and 6.9.1). Looked for in the text, as a file that PyYAML reads need not be valid YAML 1.2.
 */
export function sightsOfYamlTags(text: string): RepositorySight[] {
  const prefixes = prefixesOf(text)
  const sights = new Map<string, RepositorySight>()
  const tag = /!(?:<([^>\s]{1,300})>|([\w-]{0,40}!)?([\w\-;/?:@&=+$,.!~*'()[\]%]{1,300}))/g
  for (let found = tag.exec(text); found && sights.size < 20; found = tag.exec(text)) {
    const [whole, verbatim, handle = '', suffix = ''] = found
    const resolved =
      verbatim === undefined ? (prefixes.get(`!${handle}`) ?? []).map(prefix => prefix + suffix) : [verbatim]
    for (const full of resolved) {
      const kind = kindOf(unescaped(full))
      if (kind !== null && !harmless.has(kind)) {
        sights.set(whole, {rule: pythonTag, what: `It has the tag ${quote(whole)}.`})
      }
    }
  }
  return [...sights.values()]
}

/** By handle; a file of several documents may give one handle several of them. */
function prefixesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const prefixes = new Map([
    ['!', ['!']],
    ['!!', [standard]],
  ])
  const directive = /(?:^|\u0085)%TAG[ \t]{1,40}(!(?:[\w-]{0,40}!)?)[ \t]{1,40}(\S{1,300})/gm
  for (let found = directive.exec(text), count = 0; found && count < 100; found = directive.exec(text), count++) {
    const [, handle = '', prefix = ''] = found
    const known = prefixes.get(handle) ?? []
    known.push(prefix)
    prefixes.set(handle, known)
  }
  return prefixes
}

const standard = 'tag:yaml.org,2002:'

/** `object` of `tag:yaml.org,2002:python/object/apply:os.system`; null for a tag of another language. */
function kindOf(tag: string): string | null {
  return tag.startsWith(`${standard}python/`) ? (/^\w{0,40}/.exec(tag.slice(standard.length + 7))?.[0] ?? '') : null
}

function unescaped(tag: string): string {
  return tag.replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
