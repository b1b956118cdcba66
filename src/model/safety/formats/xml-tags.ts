import type {Bytes} from '../../../runtime/files.ts'
import type {Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'

/** What stands in angle brackets; text between them is passed over, and so are comments and CDATA. */
export type XmlMark =
  | {
      readonly kind: 'start'
      readonly name: string
      /** Values as written: entities are not replaced. */
      readonly attributes: ReadonlyMap<string, string>
      /** UTF-16 units from the beginning of the file. */
      readonly at: number
    }
  | {readonly kind: 'end'; readonly name: string; readonly at: number}
  /** `<!DOCTYPE …`, `<!ENTITY …`: what makes XML dangerous, and no data format needs. */
  | {readonly kind: 'declaration'; readonly text: string; readonly at: number}

const chunkBytes = 2 ** 20
/** Longer than any tag of a model. */
const longestTag = 4 * 2 ** 20

/**
 * Walks the tags of an XML file in UTF-8, a MiB at a time, as forgiving as the readers of model formats: it does not ask
 * whether elements are closed in order. Nothing is ever fetched or replaced.
 * @throws Malformed where it is not UTF-8, or where a tag has no end
 */
export async function* xmlMarks(bytes: Bytes, work: Work): AsyncGenerator<XmlMark> {
  const decoder = new TextDecoder('utf-8', {fatal: true})
  let text = ''
  let passed = 0
  for (let at = 0; at < bytes.size; at += chunkBytes) {
    const end = Math.min(bytes.size, at + chunkBytes)
    const chunk = await bytes.slice(at, end)
    work.step(chunk.length >> 4)
    text += decode(decoder, chunk, end < bytes.size)
    let index = 0
    for (let open = text.indexOf('<', index); open >= 0; open = text.indexOf('<', index)) {
      const close = endOf(text, open)
      if (close < 0) break
      work.step()
      const mark = markOf(text.slice(open, close), passed + open)
      if (mark !== null) yield mark
      index = close
    }
    const rest = text.indexOf('<', index)
    const keep = rest < 0 ? text.length : rest
    passed += keep
    text = text.slice(keep)
    if (text.length > longestTag) throw new Malformed(`A tag has more than ${longestTag} signs.`)
  }
  if (text !== '') throw new Malformed('It ends inside a tag.', bytes.size)
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(chunk, {stream})
  } catch {
    throw new Malformed('It is not UTF-8 text.')
  }
}

/** Index behind a mark that begins at `open`; -1 where it does not end in this text. */
function endOf(text: string, open: number): number {
  if (text.startsWith('<!--', open)) return behind(text, '-->', open + 4)
  if (text.startsWith('<![CDATA[', open)) return behind(text, ']]>', open + 9)
  if (text.startsWith('<?', open)) return behind(text, '?>', open + 2)
  // `<!--` may be cut at the end of the text.
  if ('<![CDATA['.startsWith(text.slice(open, open + 9)) && text.length - open < 9) return -1
  for (let index = open + 1; index < text.length; index++) {
    const sign = text[index]
    if (sign === '>') return index + 1
    if (sign !== '"' && sign !== "'") continue
    index = text.indexOf(sign, index + 1)
    if (index < 0) return -1
  }
  return -1
}

function behind(text: string, mark: string, from: number): number {
  const index = text.indexOf(mark, from)
  return index < 0 ? -1 : index + mark.length
}

function markOf(tag: string, at: number): XmlMark | null {
  if (tag.startsWith('<?') || tag.startsWith('<!--') || tag.startsWith('<![CDATA[')) return null
  if (tag.startsWith('<!')) return {kind: 'declaration', text: tag.slice(0, 200), at}
  const isEnd = tag.startsWith('</')
  const name = /^[^\s/>]{0,256}/.exec(tag.slice(isEnd ? 2 : 1, 300))?.[0] ?? ''
  if (isEnd) return {kind: 'end', name, at}
  return {kind: 'start', name, attributes: attributesOf(tag, name.length + 1), at}
}

/** Of an attribute that stands twice, which XML forbids, the first counts, as pugixml has it. */
function attributesOf(tag: string, from: number): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  const pattern = /\s*([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y
  pattern.lastIndex = from
  for (let found = pattern.exec(tag); found; found = pattern.exec(tag)) {
    const [, name = '', double, single] = found
    if (!attributes.has(name)) attributes.set(name, double ?? single ?? '')
  }
  return attributes
}
