import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {signsOf} from './signs.ts'

/**
 * PMML (dmg.org): XML. What it can do is what XML can do to its reader: entities and document types that reach for
 * files and addresses, or unfold without end.
 */
export const pmml: Format = {
  name: 'PMML',
  recognise: ({head}) => /<(?:[A-Za-z_][\w.-]{0,40}:)?PMML[\s>]/.test(signsOf(head.subarray(0, 16 * 1024))),
  read: readPmml,
}

export const pmmlDoctype: Rule = {
  id: 'pmml-document-type',
  title: 'A PMML file declares a document type',
  means: 'runs',
  why: 'A document type or entity makes XML readers open files and addresses, or unfold a few lines into gigabytes; PMML needs none.',
  remedy: 'Remove the declaration, and ask where it comes from.',
}

export const pmmlOtherDocument: Rule = {
  id: 'pmml-includes',
  title: 'A PMML file takes in other documents',
  means: 'look',
  why: 'XInclude and style sheets are followed by some readers of XML.',
  remedy: 'Put everything into one file.',
}

export const pmmlExtension: Rule = {
  id: 'pmml-extension',
  title: 'A PMML file has extensions',
  means: 'note',
  why: 'Extensions mean what one program takes them to mean; a scoring engine of Java can be told a class by them.',
  remedy: 'Look at what the service’s scoring engine does with them.',
}

export const pmmlEncoding: Rule = {
  id: 'pmml-encoding-unread',
  title: 'A PMML file in an encoding that is not read',
  means: 'unread',
  why: 'In another encoding, markup looks like other text.',
  remedy: 'Write it as UTF-8.',
}

export const pmmlRules: readonly Rule[] = [pmmlDoctype, pmmlOtherDocument, pmmlExtension, pmmlEncoding]

const chunkBytes = 2 ** 20
/** Longer than any mark that is looked for. */
const overlap = 256

interface Mark {
  readonly rule: Rule
  readonly pattern: RegExp
  readonly say: (found: string) => string
}

const marks: readonly Mark[] = [
  {
    rule: pmmlDoctype,
    pattern: /<!\s{0,20}(?:DOCTYPE|ENTITY)[^<>]{0,100}/i,
    say: found => `It declares ${quote(found)}.`,
  },
  {
    rule: pmmlOtherDocument,
    pattern: /<\?xml-stylesheet|http:\/\/www\.w3\.org\/2001\/XInclude/i,
    say: found => `It has ${quote(found)}.`,
  },
  {
    rule: pmmlExtension,
    pattern: /<(?:[A-Za-z_][\w.-]{0,40}:)?Extension[\s>][^<>]{0,100}/,
    say: found => `It has the extension ${quote(found)}.`,
  },
]

async function readPmml(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes, path} = artifact
  const see = (rule: Rule, what: string, byte?: number) =>
    scan.see({rule, what, place: byte === undefined ? {path} : {path, byte}, sure: 'certain'})
  let last = ''
  const found = new Set<Rule>()
  for (let at = 0; at < bytes.size; at += chunkBytes) {
    const chunk = await bytes.slice(at, Math.min(bytes.size, at + chunkBytes))
    scan.work.step(chunk.length >> 3)
    if (at === 0) seeEncoding(signsOf(chunk.subarray(0, 1024)), see)
    const text = last + signsOf(chunk)
    for (const {rule, pattern, say} of marks) {
      const match = found.has(rule) ? null : pattern.exec(text)
      if (match === null) continue
      found.add(rule)
      see(rule, say(match[0]), at - last.length + match.index)
    }
    last = text.slice(-overlap)
  }
  if (!/<\/(?:[A-Za-z_][\w.-]{0,40}:)?PMML\s{0,100}>\s{0,200}$/.test(last)) {
    throw new Malformed('It does not end with its outermost element.', bytes.size)
  }
  return {is: 'PMML', holds: 'weights'}
}

function seeEncoding(head: string, see: (rule: Rule, what: string) => void): void {
  const encoding = /^[^<]{0,4}<\?xml[^>]{0,200}?encoding\s{0,10}=\s{0,10}["']([^"']{0,60})/.exec(head)?.[1]
  if (encoding === undefined || /^(?:utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d)$/i.test(encoding))
    return
  see(pmmlEncoding, `It says that its encoding is ${quote(encoding)}.`)
}
