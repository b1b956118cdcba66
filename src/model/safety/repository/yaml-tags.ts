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
 * Tags that import or call something, in the three spellings of YAML 1.1: `!!python/…`, `!<tag:yaml.org,2002:python/…>`
 * and a handle of `%TAG`. Looked for in the text, as a file that PyYAML reads need not be valid YAML 1.2.
 */
export function sightsOfYamlTags(text: string): RepositorySight[] {
  const sights = new Map<string, RepositorySight>()
  const tag = /(?:!!|tag:yaml\.org,2002:)python\/([A-Za-z]{1,20})(?:[:/]([\w.:/%-]{0,200}))?/g
  for (let found = tag.exec(text); found && sights.size < 20; found = tag.exec(text)) {
    const [whole, kind = ''] = found
    if (!harmless.has(kind)) sights.set(whole, {rule: pythonTag, what: `It has the tag ${quote(whole)}.`})
  }
  const handle = /^%TAG\s+\S{1,40}\s+(tag:yaml\.org,2002:python\S{0,200})/m.exec(text)?.[1]
  if (handle !== undefined) {
    sights.set(handle, {rule: pythonTag, what: `It names the tags of Python by a handle of its own: ${quote(handle)}.`})
  }
  return [...sights.values()]
}
