import {formatCount, formatSize} from '../../../core/quantity.ts'
import {parseStrictJson} from '../../readers/strict-json.ts'
import type {Artifact, Sibling} from '../artifact.ts'
import type {Format, Reading, Scan, TensorEntry} from '../format.ts'
import {Malformed, OverLimit} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {whyLeadsOut} from './pointed-path.ts'
import {opensWith, signsOf} from './signs.ts'
import {type Group, groupsOf} from './tfjs/manifest.ts'

/**
 * A model of TensorFlow.js: `model.json` with the graph, or layers of Keras, and a manifest of files with nothing but
 * numbers beside it. Source: tfjs-core/src/io/types.ts, `ModelJSON` and `WeightsManifestConfig`.
 *
 * The browser resolves each path against the address of `model.json` (`new URL`, or a plain join), so a path may be an
 * address elsewhere: then other numbers are served than the ones here.
 */
export const tfjs: Format = {
  name: 'TensorFlow.js',
  // Its layers are a configuration of Keras, and are judged as one.
  with: ['Keras configuration', 'config of a model library'],
  recognise: ({head, tail}) => opensWith('{', head) && (marks.test(signsOf(head)) || marks.test(signsOf(tail))),
  read: readTfjs,
}

export const weightsOutside: Rule = {
  id: 'tfjs-weights-outside',
  title: 'Weights of a TensorFlow.js model outside the model folder',
  means: 'runs',
  why: 'The loader fetches them from there, so other numbers than the validated ones may be served.',
  remedy: 'Convert the model again with tensorflowjs_converter, and keep its shards beside model.json.',
}

export const weightsMissing: Rule = {
  id: 'tfjs-weights-missing',
  title: 'Weights of a TensorFlow.js model are not there',
  means: 'damaged',
  why: 'The model cannot be loaded without them.',
  remedy: 'Promote all files that tensorflowjs_converter wrote.',
}

export const weightsSize: Rule = {
  id: 'tfjs-weights-size',
  title: 'Weights of a TensorFlow.js model have another size than it says',
  means: 'damaged',
  why: 'The loader cuts them into tensors by these sizes: all behind the first wrong one are other numbers.',
  remedy: 'Convert the model again with tensorflowjs_converter.',
}

export const weightsUnchecked: Rule = {
  id: 'tfjs-weights-unchecked',
  title: 'Weights of a TensorFlow.js model that cannot be looked at from here',
  means: 'unsure',
  why: 'Its files lie beside it wherever the archive is unpacked.',
  remedy: 'Unpack the archive, and check the folder.',
}

export const tfjsRules: readonly Rule[] = [weightsOutside, weightsMissing, weightsSize, weightsUnchecked]

const maxBytes = 64 * 2 ** 20
/** The topology may be longer than the head, and the manifest than the tail. */
const marks = /"weightsManifest"|"format"\s{0,8}:\s{0,8}"(?:graph|layers)-model"/

async function readTfjs(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {bytes} = artifact
  if (bytes.size > maxBytes) throw new OverLimit('work', `A model.json of ${formatSize(bytes.size)} is not read.`)
  scan.work.step(bytes.size)
  const json = parseStrictJson(new TextDecoder().decode(await bytes.slice(0, bytes.size)))
  if (json.kind === 'problem') {
    const why = json.problem === 'duplicate-key' ? 'It names a key twice' : 'It is not JSON'
    throw new Malformed(`${why}, at character ${json.at}.`)
  }
  const groups = groupsOf(json.value, scan.work)
  if (groups === null) return {is: 'JSON', holds: 'text'}
  const dataFiles: string[] = []
  for (const group of groups) {
    for (const file of await readGroup(group, artifact, scan)) dataFiles.push(file)
  }
  const count = groups.reduce((sum, {weights}) => sum + weights.length, 0)
  return {
    is: `TensorFlow.js, ${formatCount(count)} tensors`,
    holds: 'weights',
    ...(dataFiles.length > 0 ? {dataFiles} : {}),
  }
}

/** @returns files that hold nothing but numbers */
async function readGroup({paths, weights, bytes}: Group, artifact: Artifact, scan: Scan): Promise<readonly string[]> {
  const {path, siblings} = artifact
  const see = (rule: Rule, what: string) => scan.see({rule, what, place: {path}, sure: 'certain'})
  if (siblings === null) {
    see(
      weightsUnchecked,
      `It keeps ${formatCount(weights.length)} tensors in ${formatCount(paths.length)} files beside it.`,
    )
    return []
  }
  const files: (Sibling & {kind: 'file'})[] = []
  for (const each of paths) {
    scan.work.step()
    const why = whyLeadsOut(each)
    const found = await siblings.find(each)
    if (why !== null) see(weightsOutside, `It loads ${quote(each)}: ${why}.`)
    else if (found.kind === 'file') files.push(found)
    else if (found.kind === 'outside' || found.kind === 'link')
      see(weightsOutside, `It loads ${quote(each)}, which leads elsewhere.`)
    else see(weightsMissing, `It loads ${quote(each)}, which is not there.`)
  }
  if (files.length < paths.length) return files.map(file => file.path)
  const held = files.reduce((sum, {size}) => sum + size, 0)
  // Texts have a length of their own before each: how many bytes they take stands nowhere.
  if (bytes !== null && held !== bytes) {
    see(weightsSize, `Its tensors need ${formatCount(bytes)} bytes, and its files have ${formatCount(held)}.`)
    return files.map(file => file.path)
  }
  const [only] = paths
  if (paths.length === 1 && only !== undefined && bytes !== null) await listTensors(weights, only, artifact, scan)
  else
    await scan.tensors(
      artifact,
      weights.map(({name, dtype, shape}) => ({name, dtype, shape, data: null})),
    )
  return files.map(file => file.path)
}

async function listTensors(weights: Group['weights'], file: string, artifact: Artifact, scan: Scan): Promise<void> {
  await artifact.siblings?.open(file, async bytes => {
    let begin = 0
    const entries: TensorEntry[] = weights.map(({name, dtype, shape, size}) => {
      const end = begin + (size ?? 0)
      const data = {begin, end, bytes}
      begin = end
      return {name, dtype, shape, data}
    })
    await scan.tensors(artifact, entries)
    return null
  })
}
