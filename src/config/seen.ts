import {isMapping} from './shape.ts'
import type {Path, YamlSource} from './yaml-source.ts'

const longest = 60
const secretKey = /token|passw|secret|credential|private|api-?key|authorization|cookie/i
/** Forms of well-known secrets: GitHub, AWS, Slack, JSON web tokens, PEM keys, a password or a token in an address. */
const secretValue =
  /gh[pousr]_[A-Za-z0-9]{8}|github_pat_|(?:AKIA|ASIA)[A-Z0-9]{12}|xox[abposr]-|eyJ[A-Za-z0-9_-]{10}|-----BEGIN|:\/\/[^/\s:]*:[^/\s]*@|https?:\/\/[^/\s]*@/

/** What stands in the file, for a message: as it is written, cut at 60 characters, and never a value that may be a secret. */
export function describeSeen(value: unknown, path: Path, source: YamlSource): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'an empty value'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isMapping(value)) return 'a mapping'
  const text = typeof value === 'string' ? value.replace(/\s+/g, ' ') : (source.written(path) ?? String(value))
  if (secretValue.test(text) || path.some(step => secretKey.test(String(step)))) return 'a value that is not shown here'
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text
  return typeof value === 'string' ? `"${cut}"` : cut
}
