import {formatSize} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../format.ts'
import {quote, type Rule} from '../observation.ts'
import {isRepositoryName, readRepositoryText, readRepositoryValue, repositoryRules} from '../repository/readers.ts'
import {type NamedPath, pathLinked, pathMissing, pathOutside, type RepositoryReading} from '../repository/sight.ts'
import {sightsOfYamlTags} from '../repository/yaml-tags.ts'
import {programOf} from '../source-code.ts'
import {templateRules} from '../templates/jinja-rules.ts'
import {decode, type Encoding, encodingOf} from './text/encoding.ts'
import {type TextValue, valueOfText} from './text/value.ts'

const codeBesideWeights: Rule = {
  id: 'code-beside-weights',
  title: 'Program text beside weights',
  means: 'code',
  why: 'Code beside weights is run by some loaders (trust_remote_code, custom handlers), and is not what was validated.',
  remedy: 'Ship code in the image, where it is scanned and reviewed.',
}

const buildFile: Rule = {
  id: 'build-file-beside-weights',
  title: 'A build file beside weights',
  means: 'look',
  why: 'No loader runs it, but whoever builds from this folder does.',
  remedy: 'Keep build files in the repository of the code.',
}

const configUnreadable: Rule = {
  id: 'config-unreadable',
  title: 'A config cannot be read',
  means: 'unsure',
  why: 'A loader that reads more than this one would act on what could not be checked.',
  remedy: 'Write the file again with the library that made it.',
}

const repeatedKeys: Rule = {
  id: 'config-repeats-keys',
  title: 'A JSON file has one key twice',
  means: 'look',
  why: 'One reader takes the first value and another the last, so two tools see two different files.',
  remedy: 'Write the file again with the library that made it.',
}

const unusualEncoding: Rule = {
  id: 'text-encoding',
  title: 'A text that is not UTF-8',
  means: 'note',
  why: 'Libraries read it differently, or not at all.',
  remedy: 'Write it as UTF-8.',
}

export const textRules: readonly Rule[] = [
  codeBesideWeights,
  buildFile,
  configUnreadable,
  repeatedKeys,
  unusualEncoding,
  ...repositoryRules,
  ...templateRules,
]

/** Larger texts are vocabularies and tables: they are checked to be text, and known by their beginning. */
const wholeBytes = 16 * 2 ** 20
const beginningBytes = 2 ** 20

/**
 * A file that is text from beginning to end: what it is, whether it is a program, and what the configs of model
 * libraries ask a loader to do. Null for what is not text.
 */
export async function readText(artifact: Artifact, scan: Scan): Promise<Reading | null> {
  const encoding = await encodingOf(artifact.bytes, scan.work)
  return encoding === null ? null : readKnownText(artifact, scan, encoding)
}

/**
 * Files that a loader reads by their names (`config.json`, `MLmodel`): looked at as such even where their content makes
 * another format of them too, so that a second meaning does not hide the first.
 */
export const repositoryText: Format = {
  name: 'config of a model library',
  with: ['Keras configuration', 'XGBoost', 'CatBoost', 'LightGBM'],
  recognise: ({name, head, size}: Sample) => size > 0 && isRepositoryName(name) && looksLikeText(head),
  read: async (artifact, scan) => (await readText(artifact, scan)) ?? unreadableName(artifact, scan),
}

function looksLikeText(head: Uint8Array): boolean {
  const marked = (head[0] ?? 0) >= 0xfe && (head[1] ?? 0) >= 0xfe
  return marked || !head.includes(0)
}

function unreadableName({path}: Artifact, scan: Scan): Reading {
  scan.see({
    rule: configUnreadable,
    what: 'It has the name of a config, and is not text.',
    place: {path},
    sure: 'certain',
  })
  return {is: 'config that is not text', holds: 'container'}
}

async function readKnownText(artifact: Artifact, scan: Scan, encoding: Encoding): Promise<Reading> {
  const {path, bytes} = artifact
  const name = (path.at(-1)?.split('/').at(-1) ?? '').toLowerCase()
  if (encoding !== 'utf-8') {
    scan.see({rule: unusualEncoding, what: `It is written in ${encoding}.`, place: {path}, sure: 'certain'})
  }
  const whole = bytes.size <= wholeBytes
  const text = decode(await bytes.slice(0, whole ? bytes.size : beginningBytes), encoding)
  scan.work.step(text.length >> 6)
  if (!whole && (isRepositoryName(name) || /\.ya?ml$/.test(name))) {
    const what = `It has the name of a config, and ${formatSize(bytes.size)}: only its beginning is read.`
    scan.see({rule: configUnreadable, what, place: {path}, sure: 'certain'})
  }
  const program = programOf(name, text.slice(0, 65_536))
  const readings = readingsOf(artifact, scan, {name, text, whole})
  for (const {paths = []} of readings) for (const named of paths) await lookFor(artifact, scan, named)
  if (program) {
    const rule = program.kind === 'program' ? codeBesideWeights : buildFile
    const what = `It is program text (${program.language}): ${program.how}.`
    scan.see({rule, what, place: {path}, sure: program.how.startsWith('its name') ? 'certain' : 'likely'})
  }
  if (program?.kind === 'program') return {is: `${program.language} program`, holds: 'program'}
  return {is: readings.map(({is}) => is).join(', ') || 'text', holds: 'text'}
}

interface KnownText {
  readonly name: string
  readonly text: string
  /** Whether `text` is all of it. */
  readonly whole: boolean
}

function readingsOf(artifact: Artifact, scan: Scan, known: KnownText): readonly RepositoryReading[] {
  const {name, text} = known
  const {path} = artifact
  const readings = [...readRepositoryText(name, text), ...valueReadings(artifact, scan, known)]
  const tags = /\.(md|mdx|markdown|rst|html?)$/.test(name) ? [] : sightsOfYamlTags(text)
  for (const {rule, what, sure = 'likely'} of [...readings.flatMap(({sights}) => sights), ...tags]) {
    scan.see({rule, what, place: {path}, sure})
  }
  return readings
}

function valueReadings({path}: Artifact, scan: Scan, {name, text, whole}: KnownText): RepositoryReading[] {
  // Templates and INI files begin with brackets too.
  if (/\.(jinja2?|j2|cfg|pbtxt|properties)$/.test(name)) return []
  const needed = isRepositoryName(name)
  const see = (rule: Rule, what: string) => scan.see({rule, what, place: {path}, sure: 'certain'})
  const value: TextValue = whole ? valueOfText(name, text, scan.work) : {kind: 'none'}
  switch (value.kind) {
    case 'none':
      return []
    case 'unreadable':
      if (needed) see(configUnreadable, value.what)
      return []
    case 'value':
      if (value.repeats) see(repeatedKeys, 'It has one key twice; the last one counts here, as in Python.')
      return [...orPlain(readRepositoryValue({name, value: value.value}), value.syntax)]
  }
}

function orPlain(readings: readonly RepositoryReading[], syntax: string): readonly RepositoryReading[] {
  return readings.length > 0 ? readings : [{is: syntax, sights: []}]
}

/** Whether a path that a config names stands inside the model. Inside a container nothing is known of it. */
async function lookFor({path: place, siblings}: Artifact, scan: Scan, {path, key, needed}: NamedPath): Promise<void> {
  const see = (rule: Rule, what: string) => scan.see({rule, what, place: {path: place}, sure: 'certain'})
  const named = `It names ${quote(path)} in ${quote(key)}`
  const found = siblings === null ? null : await siblings.find(path)
  switch (found?.kind) {
    case undefined:
    case 'file':
    case 'folder':
      return
    case 'outside':
      return see(pathOutside, `${named}, which is outside of the model.`)
    case 'link':
      return see(pathLinked, `${named}, which is a symbolic link.`)
    case 'absent':
      if (needed) see(pathMissing, `${named}, which is not there.`)
      return
  }
}
