import {quote, type Rule} from '../observation.ts'
import {isObject, type NamedPath, type RepositoryFile, type RepositoryReading, textAt} from './sight.ts'

const otherModule: Rule = {
  id: 'sentence-transformers-module',
  title: 'A sentence-transformers model is built from a class of another package',
  means: 'runs',
  why: 'SentenceTransformer imports the module that modules.json names, whatever it is, and builds its class.',
  remedy: 'Use modules of sentence_transformers.models, or ship the class in the image and name it there.',
}

export const sentenceTransformersRules: readonly Rule[] = [otherModule]

/** `modules.json`: a list of `{idx, name, path, type}`; `type` is imported (`SentenceTransformer._load_sbert_model`). */
export function readSentenceTransformers({value}: RepositoryFile): RepositoryReading | null {
  if (!Array.isArray(value) || value.length === 0) return null
  if (!value.every(each => isObject(each) && each.has('type') && (each.has('path') || each.has('idx')))) return null
  const types = value.map(each => textAt(each, 'type'))
  const sights = types.flatMap(type => {
    if (type !== null && /^sentence_transformers\.[A-Za-z_][\w.]*$/.test(type) && !type.includes('__')) return []
    return [{rule: otherModule, what: `It builds ${type === null ? 'a class that is not text' : quote(type)}.`}]
  })
  const paths = value.flatMap((each, index): NamedPath[] => {
    const path = textAt(each, 'path')
    return path === null || path === '' ? [] : [{path, key: `${index}.path`, needed: false}]
  })
  return {is: 'sentence-transformers modules', sights, paths}
}
