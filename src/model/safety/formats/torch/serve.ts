import {parseStrictJson} from '../../../readers/strict-json.ts'
import type {Artifact} from '../../artifact.ts'
import type {Reading, Scan} from '../../format.ts'
import {Malformed} from '../../malformed.ts'
import {quote, type Rule} from '../../observation.ts'
import type {ZipContents, ZipLayout} from '../zip-layout.ts'

const handler: Rule = {
  id: 'torchserve-handler',
  title: 'A TorchServe archive brings its own handler',
  means: 'code',
  why: 'TorchServe imports and runs the handler as soon as the model is loaded.',
  remedy: 'Ship the handler in the image, where it is scanned and reviewed.',
}

const requirements: Rule = {
  id: 'torchserve-requirements',
  title: 'A TorchServe archive asks for packages to be installed',
  means: 'runs',
  why: 'With install_py_dep_per_model TorchServe runs pip when it loads the model, and pip runs what it downloads.',
  remedy: 'Install the packages in the image, where they are scanned.',
}

export const serveRules: readonly Rule[] = [handler, requirements]

/** Handlers that TorchServe brings: `ts/torch_handler/`. */
const ownHandlers: ReadonlySet<string> = new Set([
  'base_handler',
  'image_classifier',
  'image_segmenter',
  'object_detector',
  'text_classifier',
])

const manifestName = 'MAR-INF/MANIFEST.json'

const maxManifestBytes = 1024 * 1024

/** Archives of `torch-model-archiver` (`.mar`): a ZIP with weights, a handler and a manifest that names both. */
export const torchServe: ZipLayout = {
  name: 'TorchServe archive',
  matches: zip => zip.named(manifestName).length > 0,
  read: readArchive,
}

async function readArchive(zip: ZipContents, artifact: Artifact, scan: Scan): Promise<Reading> {
  for (const member of zip.named(manifestName)) {
    const place = {path: [...artifact.path, member.name] as const}
    const model = await zip.open(member, async bytes => {
      if (bytes.size > maxManifestBytes) throw new Malformed('Its manifest has more than 1 MiB.')
      return modelOf(new TextDecoder().decode(await bytes.slice(0, bytes.size)))
    })
    const named = model.get('handler')
    if (typeof named === 'string' && !ownHandlers.has(named)) {
      scan.see({rule: handler, what: `It is served by its own handler ${quote(named)}.`, place, sure: 'certain'})
    }
    const packages = model.get('requirementsFile')
    if (typeof packages === 'string') {
      const what = `It asks for the packages in ${quote(packages)} to be installed.`
      scan.see({rule: requirements, what, place, sure: 'likely'})
    }
  }
  return {is: 'TorchServe archive', holds: 'program'}
}

function modelOf(text: string): ReadonlyMap<unknown, unknown> {
  const parsed = parseStrictJson(text)
  const model = parsed.kind === 'value' && parsed.value instanceof Map ? parsed.value.get('model') : undefined
  if (!(model instanceof Map)) throw new Malformed(`Its manifest ${manifestName} describes no model.`)
  return model
}
