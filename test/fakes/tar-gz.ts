/** Archives as releases and databases come in them: ustar within gzip, with what a test puts into them. */
import {gzipSync} from 'node:zlib'

export interface Member {
  readonly name: string
  readonly content?: Uint8Array | string
  /** POSIX type: `0` a file, `5` a folder, `2` a symbolic link, `1` a hard link, `x` and `g` pax headers, `L` a long name. */
  readonly type?: string
  readonly linkTo?: string
}

export function tarGz(members: readonly Member[], {end = true, level = 9} = {}): Buffer {
  return gzipSync(Buffer.concat([...members.flatMap(blocksOf), ...(end ? [Buffer.alloc(1024)] : [])]), {level})
}

function blocksOf({name, content = '', type = '0', linkTo = ''}: Member): readonly Buffer[] {
  const bytes = Buffer.from(content)
  return [header(name, bytes.length, type, linkTo), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
}

function header(name: string, size: number, type: string, linkTo: string): Buffer {
  const block = Buffer.alloc(512)
  block.write(name, 0, 100)
  block.write('0000755\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(type, 156)
  block.write(linkTo, 157, 100)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
