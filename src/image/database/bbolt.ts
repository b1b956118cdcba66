/**
 * Names of the buckets at the top of a bbolt file, which is what Trivy's database is. Only that: a few pages of a file of
 * hundreds of megabytes. Format: go.etcd.io/bbolt, `internal/common/page.go` and `meta.go` (version 2, little endian).
 */
import type {Bytes} from '../../runtime/files.ts'

const magic = 0xed0cdaed
const pageHeaderSize = 16
const elementSize = 16
const flags = {branch: 0x01, leaf: 0x02} as const

/** Whether its first page says that it is such a file; nothing behind that is looked at. */
export async function isBbolt(file: Bytes): Promise<boolean> {
  const page = viewOf(await file.slice(0, pageHeaderSize + 4))
  return page.byteLength === pageHeaderSize + 4 && page.getUint32(pageHeaderSize, true) === magic
}

/** A database has some hundred buckets at the top, in a few pages. More than this is no such file. */
const maxPages = 2000
const maxPageBytes = 16 * 1024 * 1024

/** @returns null where the file is no bbolt file, or is damaged on the way to its buckets */
export async function readBucketNames(file: Bytes): Promise<ReadonlySet<string> | null> {
  const meta = await newestMeta(file)
  if (meta === null) return null
  const names = new Set<string>()
  const pages = [meta.root]
  for (let read = 0; ; read++) {
    const number = pages.pop()
    if (number === undefined) return names
    const page = read < maxPages ? await readPage(file, number, meta.pageSize) : null
    const found = page && elementsOf(page)
    if (!found) return null
    for (const name of found.buckets) names.add(name)
    pages.push(...found.children)
  }
}

interface Meta {
  readonly pageSize: number
  readonly root: number
}

/** There are two, in turn: the one of the later transaction counts, and after a crash the other one may be damaged. */
async function newestMeta(file: Bytes): Promise<Meta | null> {
  let newest: (Meta & {readonly transaction: bigint}) | null = null
  // The second one is at the page size, which the first one names; those of bbolt are powers of two.
  for (const at of [0, 4096, 8192, 16_384, 65_536]) {
    const view = viewOf(await file.slice(at, at + 80))
    if (view.byteLength < 80 || view.getUint32(pageHeaderSize, true) !== magic) continue
    const transaction = view.getBigUint64(64, true)
    if (newest !== null && newest.transaction >= transaction) continue
    newest = {pageSize: view.getUint32(24, true), root: Number(view.getBigUint64(32, true)), transaction}
  }
  return newest !== null && newest.pageSize >= 512 && newest.pageSize <= 65_536 ? newest : null
}

async function readPage(file: Bytes, number: number, pageSize: number): Promise<DataView | null> {
  const start = number * pageSize
  if (!Number.isSafeInteger(start) || start >= file.size) return null
  const header = viewOf(await file.slice(start, start + pageHeaderSize))
  if (header.byteLength < pageHeaderSize) return null
  const size = (header.getUint32(12, true) + 1) * pageSize
  if (size > maxPageBytes) return null
  return viewOf(await file.slice(start, start + size))
}

interface Elements {
  readonly buckets: readonly string[]
  readonly children: readonly number[]
}

function elementsOf(page: DataView): Elements | null {
  const kind = page.getUint16(8, true)
  if (kind !== flags.branch && kind !== flags.leaf) return null
  const count = page.getUint16(10, true)
  if (pageHeaderSize + count * elementSize > page.byteLength) return null
  const buckets: string[] = []
  const children: number[] = []
  for (let index = 0; index < count; index++) {
    const at = pageHeaderSize + index * elementSize
    if (kind === flags.branch) {
      children.push(Number(page.getBigUint64(at + 8, true)))
      continue
    }
    const isBucket = page.getUint32(at, true) === 1
    const start = at + page.getUint32(at + 4, true)
    const length = page.getUint32(at + 8, true)
    if (start + length > page.byteLength) return null
    if (isBucket) buckets.push(Buffer.from(page.buffer, page.byteOffset + start, length).toString('utf8'))
  }
  return {buckets, children}
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
