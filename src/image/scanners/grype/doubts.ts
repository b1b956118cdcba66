/**
 * What Grype says while it looks, and not in its report: what it could not look up. Lines are those of its log
 * (`[0000]  WARN matcher returned error error=… package=…`); a sentence that changes is a doubt less, never one more.
 */

interface Warning {
  /** How the sentence in the line begins. */
  readonly said: string
  /** @param rest what stands behind it */
  doubt(rest: string): string
}

const warnings: readonly Warning[] = [
  {
    said: 'no OS found in the DB for the given criteria',
    doubt: rest =>
      `Grype’s database knows nothing of ${fieldOf(rest, 'os') ?? 'this operating system'}, so vulnerabilities of its packages were not found`,
  },
  {
    said: 'distro detection failed',
    doubt: () => 'Grype does not know this operating system, so vulnerabilities of its packages were not found',
  },
  {
    said: 'Unable to determine the OS distribution of some packages',
    doubt: () =>
      'Grype cannot tell which operating system some packages are of, so it may have missed vulnerabilities of them',
  },
  {
    said: 'matcher returned error',
    doubt: rest => `Grype could not look up ${fieldOf(rest, 'package') ?? 'a package'}: it met an error of its own`,
  },
]

const maxDoubts = 20

/** @param log what Grype wrote to stderr at level debug */
export function doubtsIn(log: string): readonly string[] {
  const doubts = new Set<string>()
  for (const line of log.split('\n')) {
    for (const {said, doubt} of warnings) {
      const start = line.indexOf(said)
      if (start >= 0) doubts.add(doubt(line.slice(start + said.length)))
    }
  }
  const all = [...doubts]
  const rest = all.length - maxDoubts
  return rest > 0 ? [...all.slice(0, maxDoubts), `Grype could not look up ${rest} more packages`] : all
}

/** `os=alpine@9.1.1` → `alpine@9.1.1`; what is quoted ends at its quote. */
function fieldOf(rest: string, name: string): string | undefined {
  const start = rest.indexOf(` ${name}=`)
  if (start < 0) return undefined
  const value = rest.slice(start + name.length + 2, start + name.length + 302)
  const end = value.startsWith('"') ? value.indexOf('"', 1) + 1 : value.search(/\s|$/)
  return value.slice(0, end > 0 ? end : undefined).replaceAll('"', '') || undefined
}
