import type {Rule} from '../../observation.ts'

const writeAgain =
  'Save the model again with the library that made it, or pack its files again with an ordinary ZIP writer.'
const twoReaders = 'Readers of ZIP archives disagree here: what one of them validates, another does not load.'

const rule = (id: string, title: string, rest: Omit<Rule, 'id' | 'title' | 'remedy'> & {remedy?: string}): Rule => ({
  id: `zip-${id}`,
  title,
  remedy: writeAgain,
  ...rest,
})

export const namesDiffer = rule('names-differ', 'A member has two names', {
  means: 'deceives',
  why: twoReaders,
  cves: ['CVE-2025-1944'],
})

export const headersDiffer = rule('headers-differ', 'A member is described in two ways', {
  means: 'deceives',
  why: twoReaders,
})

export const encryptedFlag = rule('encrypted-flag', 'A plain member claims to be encrypted', {
  means: 'deceives',
  why: 'Scanners stop at the flag, and loaders that ignore it read the member.',
  cves: ['CVE-2025-1945'],
})

export const encrypted = rule('encrypted', 'An encrypted member', {
  means: 'unread',
  why: 'What cannot be read cannot be shown to be harmless.',
  remedy: 'Promote it unencrypted.',
})

export const crcWrong = rule('crc-wrong', 'The checksum of a member is wrong', {
  means: 'deceives',
  why: 'Python refuses the member, and torch, which ignores checksums, loads it: a scanner in Python sees nothing of it.',
  cves: ['CVE-2025-10156'],
})

export const crcUnchecked = rule('crc-unchecked', 'Checksums of large members are not computed', {
  means: 'note',
  why: 'The digest of the whole file is what promotion is bound to; a checksum finds accidents only.',
})

export const sizeWrong = rule('size-wrong', 'A member unpacks to another size than it says', {
  means: 'deceives',
  why: 'Some readers stop at the size that is written, others read to the end.',
})

export const hiddenMember = rule('hidden-member', 'A member that the directory does not list', {
  means: 'deceives',
  why: 'A reader that goes from member to member sees it, one that reads the directory does not.',
})

export const severalEnds = rule('several-ends', 'An archive has several directories', {
  means: 'deceives',
  why: twoReaders,
})

export const countWrong = rule('count-wrong', 'The directory lists another number of members than it says', {
  means: 'deceives',
  why: twoReaders,
})

export const noDirectory = rule('no-directory', 'An archive without a directory', {
  means: 'damaged',
  why: 'It was cut off, or it is made for readers that go from member to member.',
})

export const directoryDamaged = rule('directory-damaged', 'A damaged directory', {
  means: 'damaged',
  why: 'What follows the damage is seen by some readers only.',
})

export const noLocalHeader = rule('no-local-header', 'A member is not where the directory says', {
  means: 'damaged',
  why: 'The archive was cut off or put together by hand.',
})

export const prefix = rule('prefix', 'Bytes before the first member', {
  means: 'deceives',
  why: 'A reader of ZIP archives starts at the end and does not see them; any other reader sees nothing else.',
})

export const gap = rule('gap', 'Bytes that belong to no member', {
  means: 'look',
  why: 'No honest writer leaves bytes between members or after the end.',
})

export const comment = rule('comment', 'A comment', {means: 'note', why: 'Nothing reads it.'})

export const overlap = rule('overlap', 'Members share their bytes', {
  means: 'bomb',
  why: 'An archive of a few kilobytes can unpack to terabytes like this, and readers disagree on what is inside.',
  cves: ['CVE-2024-0450'],
})

export const duplicate = rule('duplicate-name', 'Two members of one name', {
  means: 'deceives',
  why: 'Python takes the last of them, torch and others the first.',
})

export const sameName = rule('same-name-but-case', 'Two names that differ in upper and lower case only', {
  means: 'look',
  why: 'torch does not tell them apart, Python does.',
})

export const severalDisks = rule('several-disks', 'A part of an archive', {
  means: 'unread',
  why: 'The other parts are not here.',
})

export const methodUnread = rule('method-unread', 'A member is compressed in a way that is not read', {
  means: 'unread',
  why: 'What cannot be read cannot be shown to be harmless.',
  remedy: 'Write the archive again with deflate, or without compression.',
})

export const memberDamaged = rule('member-damaged', 'A member cannot be unpacked to its end', {
  means: 'damaged',
  why: 'A loader that reads in pieces has taken what comes before the damage.',
})

export const zipRules: readonly Rule[] = [
  namesDiffer,
  headersDiffer,
  encryptedFlag,
  encrypted,
  crcWrong,
  crcUnchecked,
  sizeWrong,
  hiddenMember,
  severalEnds,
  countWrong,
  noDirectory,
  directoryDamaged,
  noLocalHeader,
  prefix,
  gap,
  comment,
  overlap,
  duplicate,
  sameName,
  severalDisks,
  methodUnread,
  memberDamaged,
]
