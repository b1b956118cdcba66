import {parseStrictJson} from '../../../readers/strict-json.ts'
import type {Artifact} from '../../artifact.ts'
import type {Reading, Scan} from '../../format.ts'
import {quote, type Rule} from '../../observation.ts'
import {whyLeadsOut} from '../pointed-path.ts'
import {rules} from './rules.ts'

const maxBytes = 2 ** 20

/** `Manifest.json` of an .mlpackage: which files below `Data/` belong to the model. */
export async function readManifest(artifact: Artifact, scan: Scan): Promise<Reading> {
  const see = (rule: Rule, what: string) => scan.see({rule, what, place: {path: artifact.path}, sure: 'certain'})
  const reading: Reading = {is: 'manifest of a Core ML package', holds: 'text'}
  const paths = pathsOf(await artifact.bytes.slice(0, maxBytes + 1))
  if (typeof paths === 'string') {
    see(rules.manifest, paths)
    return reading
  }
  scan.work.step(paths.length)
  for (const path of paths) {
    const why = whyLeadsOut(path)
    if (why !== null) {
      see(rules.outside, `It names ${quote(path)}: ${why}.`)
      continue
    }
    const kind = (await artifact.siblings?.find(`Data/${path}`))?.kind
    if (kind === 'outside' || kind === 'link') {
      see(rules.outside, `It names ${quote(path)}, which leads out of the model folder or is a link.`)
    } else if (kind === 'absent') see(rules.missing, `It names ${quote(path)}, which is not there.`)
  }
  return reading
}

/** A text says what is wrong with it. */
function pathsOf(bytes: Uint8Array): readonly string[] | string {
  if (bytes.length > maxBytes) return 'It is longer than a manifest can be.'
  const json = parseStrictJson(new TextDecoder().decode(bytes))
  if (json.kind === 'problem') return `It is not JSON without repeated keys, from character ${json.at} on.`
  const entries: unknown = json.value instanceof Map ? json.value.get('itemInfoEntries') : undefined
  if (!(entries instanceof Map)) return 'It has no itemInfoEntries.'
  const paths: string[] = []
  for (const [key, entry] of entries) {
    const path: unknown = entry instanceof Map ? entry.get('path') : undefined
    if (typeof path !== 'string') return `Its entry ${quote(String(key))} has no path.`
    paths.push(path)
  }
  return paths
}
