import {quote, type Rule} from '../observation.ts'
import {isObject, type RepositoryFile, type RepositoryReading, type RepositorySight} from './sight.ts'

const ownCode: Rule = {
  id: 'hf-own-code',
  title: 'A config asks for program text of the repository',
  means: 'code',
  why: 'With trust_remote_code the loader imports that module, so the model is a program.',
  remedy: 'Use an architecture that the library itself brings, or ship the code in the image and review it there.',
}

const codeElsewhere: Rule = {
  id: 'hf-code-elsewhere',
  title: 'A config asks for program text of another repository',
  means: 'code',
  why: 'With trust_remote_code the loader downloads and runs what stands there that day, which nobody validated.',
  remedy: 'Use an architecture that the library itself brings, or ship the code in the image at a fixed commit.',
}

const trustsCode: Rule = {
  id: 'hf-trusts-code',
  title: 'A config sets trust_remote_code',
  means: 'look',
  why: 'Libraries that hand the setting on run program text of a repository without being asked to.',
  remedy: 'Take the setting out of the file; whoever loads the model decides this.',
}

const otherBase: Rule = {
  id: 'hf-other-base',
  title: 'An adapter needs a model that is not here',
  means: 'look',
  why: 'The base model is loaded too, by name, and is not part of what was validated.',
  remedy: 'Pin the base model to a revision, and validate it as a model of its own.',
}

const localBase: Rule = {
  id: 'hf-base-on-disk',
  title: 'An adapter names a base model by a path of a machine',
  means: 'unsure',
  why: 'Whatever stands at that path on the machine that serves is loaded with it.',
  remedy: 'Name the base model by its repository and revision.',
}

export const huggingFaceRules: readonly Rule[] = [ownCode, codeElsewhere, trustsCode, otherBase, localBase]

/**
 * `config.json`, `tokenizer_config.json`, processor and adapter configs, wherever in them it stands: nested configs are
 * built with the same code. Null for JSON without any of their keys.
 */
export function readHuggingFaceConfig({name, value}: RepositoryFile): RepositoryReading | null {
  if (!isObject(value)) return null
  const sights: RepositorySight[] = []
  const pending: unknown[] = [value]
  // By its aliases, YAML leads to one object twice, and back to itself.
  const met = new Set<unknown>()
  while (pending.length > 0) {
    const next = pending.pop()
    if (met.has(next)) continue
    if (Array.isArray(next)) for (const each of next) if (typeof each === 'object') pending.push(each)
    if (typeof next === 'object') met.add(next)
    if (!isObject(next)) continue
    for (const [key, each] of next) {
      for (const sight of typeof key === 'string' ? sightsOfEntry(key, each) : []) sights.push(sight)
      if (typeof each === 'object' && each !== null) pending.push(each)
    }
  }
  const adapter = adapterSights(value)
  const known = configKeys.some(key => value.has(key)) || configNames.has(name)
  if (sights.length === 0 && adapter.length === 0 && !known) return null
  return {is: value.has('peft_type') ? 'PEFT adapter config' : 'Hugging Face config', sights: [...sights, ...adapter]}
}

export const configNames: ReadonlySet<string> = new Set([
  'config.json',
  'tokenizer_config.json',
  'generation_config.json',
  'processor_config.json',
  'preprocessor_config.json',
  'video_preprocessor_config.json',
  'feature_extractor_config.json',
  'adapter_config.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
])

const configKeys = ['model_type', 'architectures', 'tokenizer_class', 'transformers_version', 'peft_type']

function sightsOfEntry(key: string, value: unknown): RepositorySight[] {
  switch (key) {
    case 'auto_map':
      return [...classesOf(value)].map(reference => sightOfReference(key, reference))
    case 'custom_pipelines':
      return isObject(value)
        ? [...value].flatMap(([task, each]) => customPipeline(String(task), isObject(each) ? each.get('impl') : each))
        : []
    case 'trust_remote_code':
      return value === false || value === null ? [] : [{rule: trustsCode, what: 'It sets "trust_remote_code".'}]
    default:
      return []
  }
}

/** Values of `auto_map` are texts, or lists of them with nulls (slow and fast tokenizer). */
function* classesOf(value: unknown): Generator<string> {
  const entries = isObject(value) ? [...value.values()] : [value]
  for (const entry of entries) {
    for (const each of Array.isArray(entry) ? entry : [entry]) if (typeof each === 'string') yield each
  }
}

/** `module.Class` here, `owner/name--module.Class` elsewhere (transformers, `dynamic_module_utils.py`). */
function sightOfReference(key: string, reference: string): RepositorySight {
  const [repository, inside] = reference.split('--', 2)
  if (inside !== undefined && repository !== undefined) {
    return {rule: codeElsewhere, what: `${key} names ${quote(inside)} of the repository ${quote(repository)}.`}
  }
  return {rule: ownCode, what: `${key} names ${quote(reference)}, a class in program text of this repository.`}
}

function customPipeline(task: string, implementation: unknown): RepositorySight[] {
  const shown = typeof implementation === 'string' ? implementation : 'something that is not text'
  return [{rule: ownCode, what: `custom_pipelines has the task ${quote(task)} done by ${quote(shown)}.`}]
}

function adapterSights(value: ReadonlyMap<unknown, unknown>): RepositorySight[] {
  const base = value.get('base_model_name_or_path')
  if (!value.has('peft_type') || typeof base !== 'string' || base === '') return []
  if (/^([/\\~.]|[A-Za-z]:)/.test(base)) {
    return [{rule: localBase, what: `Its base model is the path ${quote(base)}.`}]
  }
  const revision = value.get('revision')
  if (typeof revision === 'string' && /^[0-9a-f]{40}$/.test(revision)) return []
  return [{rule: otherBase, what: `Its base model is ${quote(base)}, at no fixed commit.`}]
}
