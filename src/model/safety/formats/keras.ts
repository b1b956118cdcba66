import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {configLimit, seeKerasConfig} from './keras/config-text.ts'
import type {ZipContents, ZipLayout} from './zip-layout.ts'

/**
 * A `.keras` archive (Keras 3, `saving_lib`): config.json is deserialised before anything else is read, so it alone
 * makes one. The weights inside are HDF5 and scanned as such.
 */
export const kerasArchive: ZipLayout = {
  name: 'Keras model',
  matches: zip => zip.find('config.json') !== undefined,
  async read(zip: ZipContents, artifact: Artifact, scan: Scan): Promise<Reading> {
    for (const member of zip.named('config.json')) {
      await zip.open(member, async bytes => {
        // What shows itself as a configuration was read as a member.
        if (looksLikeConfig(await bytes.slice(0, headBytes))) return
        if (bytes.size > configLimit) throw new Malformed(`config.json has ${bytes.size} bytes.`)
        const text = new TextDecoder('utf-8').decode(await bytes.slice(0, bytes.size))
        const inside = {...artifact, path: [...artifact.path, member.name] as const}
        seeKerasConfig(text, {artifact: inside, scan, name: 'config.json', container: 'keras'})
      })
    }
    const weights = zip.members.some(({name}) => /^model\.weights\.(?:h5|npz|json)$/.test(name))
    return {is: weights ? 'Keras model' : 'Keras model without weights', holds: weights ? 'weights' : 'container'}
  },
}

/** A configuration as a file of its own: `model.to_json()`, and unpacked `.keras` folders. */
export const kerasJson: Format = {
  name: 'Keras configuration',
  recognise: ({head}) => looksLikeConfig(head.subarray(0, headBytes)),
  async read(artifact: Artifact, scan: Scan): Promise<Reading> {
    const {bytes} = artifact
    if (bytes.size > configLimit) throw new Malformed(`A configuration of ${bytes.size} bytes is not read.`)
    const text = new TextDecoder('utf-8').decode(await bytes.slice(0, bytes.size))
    const container = artifact.path.length > 1 ? 'keras' : 'json'
    seeKerasConfig(text, {artifact, scan, name: 'the configuration', container})
    return {is: 'Keras configuration', holds: 'text'}
  },
}

const headBytes = 4096

function looksLikeConfig(head: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(head)
  return /^[\s\ufeff]*\{/.test(text) && text.includes('"class_name"') && text.includes('"config"')
}
