import {createHash} from 'node:crypto'

/** RFC 9562, §6.6: for names that are URLs or URNs. */
export const urlNamespace = '6ba7b811-9dad-11d1-80b4-00c04fd430c8'

/** A UUID of version 5 (RFC 9562, §5.5): the same name gives the same UUID. */
export function nameBasedUuid(namespace: string, name: string): string {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex')
  const bytes = createHash('sha1').update(prefix).update(name, 'utf8').digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
