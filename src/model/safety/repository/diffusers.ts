import {quote, type Rule} from '../observation.ts'
import {isObject, type RepositoryFile, type RepositoryReading, type RepositorySight} from './sight.ts'

const otherLibrary: Rule = {
  id: 'diffusers-other-library',
  title: 'A pipeline takes a part from a library of its own',
  means: 'runs',
  why: 'DiffusionPipeline imports the library that model_index.json names, and builds the class from it.',
  remedy: 'Use components of diffusers and transformers, or review the library and ship it in the image.',
}

const customPipeline: Rule = {
  id: 'diffusers-custom-pipeline',
  title: 'A pipeline is program text of the repository',
  means: 'code',
  why: 'The loader imports the module that model_index.json names, so the model is a program.',
  remedy: 'Use a pipeline of diffusers itself, or ship the code in the image and review it there.',
}

export const diffusersRules: readonly Rule[] = [otherLibrary, customPipeline]

const knownLibraries = new Set([
  'diffusers',
  'transformers',
  'stable_diffusion',
  'paint_by_example',
  'latent_diffusion',
])

/** `model_index.json`: `_class_name`, and each component as `[library, class]`. Null for what has no such form. */
export function readDiffusers({value}: RepositoryFile): RepositoryReading | null {
  if (!isObject(value) || !value.has('_class_name')) return null
  const sights: RepositorySight[] = []
  const own = value.get('_class_name')
  if (Array.isArray(own)) sights.push({rule: customPipeline, what: `Its pipeline is ${quote(JSON.stringify(own))}.`})
  for (const [component, part] of value) {
    const name = String(component)
    if (name.startsWith('_') || !Array.isArray(part)) continue
    const [library, type] = part
    if (library === null || type === null || typeof library !== 'string') continue
    const shown = `Its component ${quote(name)} is ${quote(String(type))} of ${quote(library)}`
    if (knownLibraries.has(library)) continue
    // A name that is also a file or a pipeline module of diffusers is resolved there before the package is imported.
    sights.push({rule: otherLibrary, what: `${shown}.`})
  }
  return {is: 'diffusers pipeline or component', sights}
}
