import {matchesPattern, parsePattern} from './path-pattern.ts'

/** `registry.example.com:5000/ml/credit:v12@sha256:…` without its tag and digest. */
export function imageNameOf(label: string): string {
  const [name = ''] = label.split('@', 1)
  return name.replace(/:[^/:]*$/, '')
}

/**
 * Whether a pattern of a waiver names the image. Docker's short names and their long forms are the same image:
 * `python` and `docker.io/library/python` (distribution/reference, "familiar names").
 */
export function namesImage(pattern: string, label: string): boolean {
  const name = imageNameOf(label)
  const parsed = parsePattern(longName(pattern))
  return matchesPattern(parsePattern(pattern), name) || matchesPattern(parsed, longName(name))
}

/** `docker.io/library/python` for `python`; other names as they are. */
export function longName(name: string): string {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  if (first === 'index.docker.io') return `docker.io${name.slice(slash)}`
  if (/[.:*]/.test(first) || first === 'localhost') return name
  return slash < 0 ? `docker.io/library/${name}` : `docker.io/${name}`
}
