/** Who meets which version: the flag file, read at each request. A few hundred bytes are cheaper than being wrong about them. */
import {createHash} from 'node:crypto'
import {readFileSync} from 'node:fs'

interface Flag {
  readonly state: string
  readonly defaultVariant: string
  readonly targeting?: {readonly fractional?: readonly (readonly [variant: string, weight: number])[]}
}

/**
 * The version for each user, by the flag `key` of `file`. A user keeps a version while its share grows. What cannot be read
 * leaves everything as it was: a service does not end because of its flags.
 */
export function chooseByFlag(file: string, key: string): (user: string) => string | null {
  let last: Flag | null = null
  return user => {
    last = readFlag(file, key) ?? last
    if (last === null) return null
    const shares = last.state === 'ENABLED' ? (last.targeting?.fractional ?? []) : []
    // The candidate comes last in the file and first here: so whoever meets it at 5 % still meets it at 25 %.
    let rest = bucketOf(key + user) * shares.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [variant, weight] of [...shares].reverse()) {
      if (rest < weight) return variant
      rest -= weight
    }
    return last.defaultVariant
  }
}

function readFlag(file: string, key: string): Flag | null {
  try {
    const {flags} = JSON.parse(readFileSync(file, 'utf8')) as {flags: Record<string, Flag>}
    return flags[key] ?? null
  } catch {
    return null
  }
}

/** In [0, 1), the same for a user each time. flagd takes another hash: the same share of users, and other ones. */
function bucketOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
