/** What a scan says of itself: readings that ended early, limits, files of two kinds. */
import {formatCount} from '../../core/quantity.ts'
import type {Artifact} from './artifact.ts'
import type {LimitName, Malformed} from './malformed.ts'
import type {Observation, Rule} from './observation.ts'

const damagedFile: Rule = {
  id: 'file-damaged',
  title: 'A file breaks its format',
  means: 'damaged',
  why: 'A damaged or crafted file fails in the service, or reads differently there than here.',
  remedy: 'Write the file again, and check that it was uploaded whole.',
}

const twoFormats: Rule = {
  id: 'polyglot',
  title: 'A file reads as two formats',
  means: 'deceives',
  why: 'Two readers would see two different files; one of them may see a program.',
  remedy: 'Write the file again from the weights alone.',
}

const moreSights: Rule = {
  id: 'too-many-sights',
  title: 'More was seen in a file than is kept',
  means: 'unsure',
  why: 'What is not kept is not judged, and nothing that is not judged passes.',
  remedy: 'Look at what is named first; a file with so much of it is no file of weights.',
}

const bomb = (id: string, title: string): Rule => ({
  id,
  title,
  means: 'bomb',
  why: 'A loader would fill its memory or its disk; no honest model unpacks like this.',
  remedy: 'Write the file again without compression, and find out where this one comes from.',
})

const beyond = (id: string, title: string): Rule => ({
  id,
  title,
  means: 'unread',
  why: 'What has not been looked at is not shown to be harmless.',
  remedy: 'Unpack it, and promote what the service loads.',
})

export const limitRules: Readonly<Record<LimitName, Rule>> = {
  members: bomb('bomb-members', 'An archive has too many members'),
  unpacked: bomb('bomb-unpacked', 'A file unpacks to too much'),
  ratio: bomb('bomb-ratio', 'A file unpacks to far more than it is'),
  depth: beyond('nested-too-deep', 'Archives are nested too deep'),
  work: beyond('too-much-work', 'A file takes too long to read'),
}

export const scanRules: readonly Rule[] = [damagedFile, twoFormats, moreSights, ...Object.values(limitRules)]

/** @param format what it was read as */
export function damaged({path}: Artifact, format: string, {message, byte}: Malformed): Observation {
  return {
    rule: damagedFile,
    what: `It is not a valid ${format} file. ${message}`,
    place: {path, ...(byte === undefined ? {} : {byte})},
    sure: 'certain',
  }
}

export function severalFormats({path}: Artifact, [first, second]: readonly [string, string]): Observation {
  return {rule: twoFormats, what: `It reads as ${first}, and as ${second} too.`, place: {path}, sure: 'certain'}
}

/** Stands in the place of all further sights of one rule in a file. */
export function tooMany({rule, place}: Observation, limit: number): Observation {
  return {
    rule: rule.means === 'note' || rule.means === 'look' ? {...moreSights, means: rule.means} : moreSights,
    what: `“${rule.title}” holds more than ${formatCount(limit)} times.`,
    place: {path: place.path},
    sure: 'certain',
  }
}
