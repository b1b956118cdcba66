import type {Bytes} from '../../../runtime/files.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {configLimit, isKerasText, seeKerasConfig} from './keras/config-text.ts'
import {decodeJson} from './keras/json-bytes.ts'
import type {ZipContents, ZipLayout} from './zip-layout.ts'

/**
 * A `.keras` archive (Keras 3, `saving_lib`): config.json is deserialised before anything else is read, so it alone
 * makes one. It is judged as a member, by `kerasJson`; the weights inside are HDF5 and scanned as such.
 */
export const kerasArchive: ZipLayout = {
  name: 'Keras model',
  matches: zip => zip.find('config.json') !== undefined,
  async read(zip: ZipContents): Promise<Reading> {
    const weights = zip.members.some(({name}) => /^model\.weights\.(?:h5|npz|json)$/.test(name))
    if (weights) return {is: 'Keras model', holds: 'weights'}
    const config = zip.find('config.json')
    const isKeras =
      config !== undefined && (await zip.open(config, async bytes => isKerasText(await readConfig(bytes))))
    return {is: isKeras ? 'Keras model without weights' : 'archive with a config.json', holds: 'container'}
  },
}

/** A configuration as a file of its own: in `.keras` archives and their unpacked folders, and by `model.to_json()`. */
export const kerasJson: Format = {
  name: 'Keras configuration',
  recognise: ({name, head, tail}) => {
    // Most files are decided by their first signs; the last of these may be cut.
    if (!/^[\s\ufeff\ufffd]*(?:\{|$)/.test(decodeJson(head.subarray(0, 64)))) return false
    const start = decodeJson(head)
    // Blanks in front of it may be longer than the head.
    if (name === 'config.json') return /^[\s\ufeff]*(?:\{|$)/.test(start) && start !== ''
    return /^[\s\ufeff]*\{/.test(start) && (isKerasText(start) || isKerasText(decodeJson(tail)))
  },
  async read(artifact: Artifact, scan: Scan): Promise<Reading> {
    const text = await readConfig(artifact.bytes)
    // Other libraries call their configurations so, too.
    if (!isKerasText(text)) return {is: /^\s*\{/.test(text) ? 'JSON' : 'text', holds: 'text'}
    const container = artifact.path.length > 1 ? 'keras' : 'json'
    seeKerasConfig(text, {artifact, scan, name: 'the configuration', container})
    return {is: 'Keras configuration', holds: 'text'}
  },
}

async function readConfig(bytes: Bytes): Promise<string> {
  if (bytes.size > configLimit) throw new Malformed(`A configuration of ${bytes.size} bytes is not read.`)
  return decodeJson(await bytes.slice(0, bytes.size))
}
