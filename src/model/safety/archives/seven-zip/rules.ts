import type {Rule} from '../../observation.ts'

const rule = (id: string, title: string, rest: Pick<Rule, 'means' | 'why'> & {remedy?: string}): Rule => ({
  id: `7z-${id}`,
  title,
  remedy: 'Write the archive again, or promote what is inside it.',
  ...rest,
})

export const unread = rule('unread', 'Packed in a way that is not read', {
  means: 'unread',
  why: 'What cannot be read cannot be shown to be harmless.',
  remedy: 'Unpack it, and promote what is inside.',
})

export const damaged = rule('damaged', 'A damaged archive', {
  means: 'damaged',
  why: 'What comes before the damage may be taken all the same.',
})

export const crcWrong = rule('crc-wrong', 'The checksum of a file is wrong', {
  means: 'damaged',
  why: 'Some readers refuse it, others have taken the content before they could know.',
})

export const crcUnchecked = rule('crc-unchecked', 'Checksums of large files are not computed', {
  means: 'note',
  why: 'The digest of the whole archive is what promotion is bound to; a checksum finds accidents only.',
})

export const namesDiffer = rule('files-differ', 'Another number of names than of files', {
  means: 'deceives',
  why: 'Readers disagree on which content has which name.',
})

export const duplicate = rule('duplicate-name', 'Two files of one name', {
  means: 'deceives',
  why: 'Whoever unpacks the archive has the last of them, whoever reads it in order sees the first.',
})

export const gap = rule('gap', 'Bytes that belong to no part of an archive', {
  means: 'look',
  why: 'No honest writer leaves bytes there.',
})

export const sevenZipRules: readonly Rule[] = [unread, damaged, crcWrong, crcUnchecked, namesDiffer, duplicate, gap]
