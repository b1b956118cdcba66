import type {Rule} from '../../observation.ts'

const rule = (id: string, title: string, rest: Pick<Rule, 'means' | 'why' | 'cves'> & {remedy?: string}): Rule => ({
  id: `tar-${id}`,
  title,
  remedy: 'Save the model again with the library that made it, or pack its files again with an ordinary tar.',
  ...rest,
})

const twoReaders = 'Readers of tar archives disagree here: what one of them validates, another does not load.'

export const headerDamaged = rule('header-damaged', 'A damaged header', {
  means: 'damaged',
  why: 'Python ends there in silence, GNU tar goes on with the next header that it finds.',
})

export const cutOff = rule('cut-off', 'An archive that breaks off', {
  means: 'damaged',
  why: 'A part of a member is missing.',
})

export const sizesDiffer = rule('sizes-differ', 'A member has two sizes', {
  means: 'deceives',
  why: 'A reader that believes the other size sees other members from here on.',
  cves: ['CVE-2025-62518'],
})

export const namesDiffer = rule('names-differ', 'A member has two names', {means: 'deceives', why: twoReaders})

export const sizeOfNothing = rule('size-of-nothing', 'A link or folder with data', {
  means: 'deceives',
  why: 'Python reads a header where the data is, others pass over it.',
})

export const hiddenMembers = rule('hidden-members', 'Members behind the end of an archive', {
  means: 'deceives',
  why: 'Most readers stop at the end mark; some, and any that was told to ignore zeros, go on.',
})

export const duplicate = rule('duplicate-name', 'Two members of one name', {
  means: 'deceives',
  why: 'Whoever unpacks the archive has the last of them, whoever reads it in order sees the first.',
})

export const globalOverride = rule('global-override', 'A header that renames every member', {
  means: 'deceives',
  why: 'Few readers honour it, and those see other members than the rest.',
})

export const sparse = rule('sparse', 'A sparse file', {
  means: 'unread',
  why: 'Its content depends on a map that is not read.',
  remedy: 'Write the archive again without --sparse.',
})

export const severalVolumes = rule('several-volumes', 'A part of an archive', {
  means: 'unread',
  why: 'The other parts are not here.',
})

export const trailing = rule('trailing', 'Bytes behind an archive', {
  means: 'look',
  why: 'No reader of tar archives sees them.',
})

export const unknownType = rule('unknown-type', 'A member of an unknown type', {
  means: 'look',
  why: 'Some readers pass over it, others unpack it as a file.',
})

export const tarRules: readonly Rule[] = [
  headerDamaged,
  cutOff,
  sizesDiffer,
  namesDiffer,
  sizeOfNothing,
  hiddenMembers,
  duplicate,
  globalOverride,
  sparse,
  severalVolumes,
  trailing,
  unknownType,
]
