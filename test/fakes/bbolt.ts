/**
 * Writes bbolt files: just enough of the format for a program that only reads them. Every bucket is one leaf page (with
 * overflow pages where it is long), so there are no branch pages, and the freelist is empty.
 * Format: go.etcd.io/bbolt, `internal/common/page.go`, `meta.go`, `bucket.go` (version 2, little endian).
 */

/** A bucket: nested buckets, and values as text. */
export interface Bucket {
  readonly [key: string]: Bucket | string
}

const pageSize = 4096
const pageHeaderSize = 16
const elementSize = 16
const flags = {leaf: 0x02, meta: 0x04, freelist: 0x10} as const

/** The bytes of a bbolt file whose root bucket is `root`. */
export function writeBbolt(root: Bucket): Buffer {
  // Pages 0 and 1 are the two meta pages, page 2 is the freelist; buckets follow, children before parents.
  const pages: Buffer[] = []
  const rootPage = writeBucket(root, pages)
  const end = 3 + pages.reduce((count, page) => count + page.length / pageSize, 0)
  return Buffer.concat([meta(0, rootPage, end), meta(1, rootPage, end), page(2, flags.freelist, 0), ...pages])
}

/** Appends the bucket's pages and returns the number of its first one. */
function writeBucket(bucket: Bucket, pages: Buffer[]): number {
  const entries = Object.entries(bucket)
    .map(([key, value]) =>
      typeof value === 'string'
        ? {key: Buffer.from(key), value: Buffer.from(value), isBucket: false}
        : {key: Buffer.from(key), value: bucketHeader(writeBucket(value, pages)), isBucket: true},
    )
    .sort((a, b) => Buffer.compare(a.key, b.key))
  const number = 3 + pages.reduce((count, each) => count + each.length / pageSize, 0)
  const elements: Buffer[] = []
  const data: Buffer[] = []
  let position = entries.length * elementSize
  for (const [index, {key, value, isBucket}] of entries.entries()) {
    const element = Buffer.alloc(elementSize)
    element.writeUInt32LE(isBucket ? 1 : 0, 0)
    element.writeUInt32LE(position - index * elementSize, 4)
    element.writeUInt32LE(key.length, 8)
    element.writeUInt32LE(value.length, 12)
    elements.push(element)
    data.push(key, value)
    position += key.length + value.length
  }
  pages.push(page(number, flags.leaf, entries.length, Buffer.concat([...elements, ...data])))
  return number
}

function bucketHeader(rootPage: number): Buffer {
  const header = Buffer.alloc(16)
  header.writeBigUInt64LE(BigInt(rootPage), 0)
  return header
}

function page(number: number, flag: number, count: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const pageCount = Math.ceil((pageHeaderSize + body.length) / pageSize)
  const bytes = Buffer.alloc(pageCount * pageSize)
  bytes.writeBigUInt64LE(BigInt(number), 0)
  bytes.writeUInt16LE(flag, 8)
  bytes.writeUInt16LE(count, 10)
  bytes.writeUInt32LE(pageCount - 1, 12)
  body.copy(bytes, pageHeaderSize)
  return bytes
}

/** `end` is the first page number that is not in use. The newer of the two meta pages (by `transaction`) counts. */
function meta(transaction: number, rootPage: number, end: number): Buffer {
  const body = Buffer.alloc(64)
  body.writeUInt32LE(0xed0cdaed, 0)
  body.writeUInt32LE(2, 4)
  body.writeUInt32LE(pageSize, 8)
  body.writeBigUInt64LE(BigInt(rootPage), 16)
  body.writeBigUInt64LE(2n, 32)
  body.writeBigUInt64LE(BigInt(end), 40)
  body.writeBigUInt64LE(BigInt(transaction), 48)
  body.writeBigUInt64LE(fnv1a64(body.subarray(0, 56)), 56)
  return page(transaction, flags.meta, 0, body)
}

/** FNV-1a, 64 bit (draft-eastlake-fnv). */
function fnv1a64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}
