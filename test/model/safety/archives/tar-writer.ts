/** A member of a tar archive, whose header says what it is told to. */
export interface TarMemberSpec {
  readonly name: string
  readonly content?: string
  readonly type?: string
  readonly linkName?: string
  readonly prefix?: string
  /** The size field: a number in octal digits, or the twelve bytes themselves. */
  readonly size?: number | Uint8Array
  readonly magic?: 'ustar' | 'gnu' | 'none'
  /** The eight bytes of the checksum, instead of those that fit. */
  readonly checksum?: string
}

/** Members one behind the other, with two blocks of zeros at the end. */
export function tar(members: readonly TarMemberSpec[]): Buffer {
  return Buffer.concat([...members.map(member), Buffer.alloc(1024)])
}

/** Header and data of one member, filled to whole blocks. */
export function member(spec: TarMemberSpec): Buffer {
  const {name, content = '', type = '0', linkName = '', prefix = '', magic = 'ustar', checksum} = spec
  const data = Buffer.from(content, 'latin1')
  const header = Buffer.alloc(512)
  header.write(name, 0, 100)
  header.write('0000644\0', 100)
  const size = spec.size ?? data.length
  if (typeof size === 'number') header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  else header.set(size, 124)
  header.write(type, 156, 1, 'latin1')
  header.write(linkName, 157, 100)
  if (magic === 'ustar') header.write('ustar\x0000', 257)
  if (magic === 'gnu') header.write('ustar  \0', 257)
  header.write(prefix, 345, 155)
  header.write(' '.repeat(8), 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, data, Buffer.alloc(-data.length & 511)])
}

/** An extended header of pax. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): TarMemberSpec {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`)
    const length = rest + `${rest + `${rest}`.length}`.length
    return `${length} ${key}=${value}\n`
  })
  return {name: 'PaxHeaders/x', type, content: Buffer.from(lines.join('')).toString('latin1')}
}
