import type {Rule} from '../observation.ts'
import {readChatTemplates, readTemplateFile} from './chat-templates.ts'
import {diffusersRules, readDiffusers} from './diffusers.ts'
import {configNames, huggingFaceRules, readHuggingFaceConfig} from './hugging-face.ts'
import {mlflowRules, readMlflowModel} from './mlflow.ts'
import {notebookRules, readNotebook} from './notebook.ts'
import {readRequirements, requirementsRules} from './requirements.ts'
import {readSentenceTransformers, sentenceTransformersRules} from './sentence-transformers.ts'
import {
  readBento,
  readMlServerSettings,
  readModelScope,
  readTorchServeManifest,
  readTorchServeProperties,
  readTriton,
  servingRules,
} from './serving.ts'
import {type RepositoryFile, type RepositoryReading, sightRules} from './sight.ts'
import {readSpacyConfig, readSpacyMeta, spacyRules} from './spacy.ts'
import {yamlRules} from './yaml-tags.ts'

export const repositoryRules: readonly Rule[] = [
  ...sightRules,
  ...huggingFaceRules,
  ...sentenceTransformersRules,
  ...diffusersRules,
  ...mlflowRules,
  ...servingRules,
  ...spacyRules,
  ...notebookRules,
  ...requirementsRules,
  ...yamlRules,
]

/** Readers of parsed JSON and YAML, by the shape of what was parsed. Several may say something. */
const valueReaders: readonly ((file: RepositoryFile) => RepositoryReading | null)[] = [
  readMlflowModel,
  readSentenceTransformers,
  readDiffusers,
  readTorchServeManifest,
  readMlServerSettings,
  readModelScope,
  readBento,
  readSpacyMeta,
  readNotebook,
  readChatTemplates,
  readHuggingFaceConfig,
]

const textReaders: readonly ((name: string, text: string) => RepositoryReading | null)[] = [
  readTemplateFile,
  readTriton,
  readTorchServeProperties,
  readSpacyConfig,
  readRequirements,
]

export function readRepositoryValue(file: RepositoryFile): readonly RepositoryReading[] {
  return valueReaders.flatMap(read => read(file) ?? [])
}

export function readRepositoryText(name: string, text: string): readonly RepositoryReading[] {
  return textReaders.flatMap(read => read(name, text) ?? [])
}

/** Names by which a loader reads a file, whatever else its content may be taken for; in lower case. */
export function isRepositoryName(name: string): boolean {
  return configNames.has(name) || loaderNames.has(name) || /\.(jinja2?|j2)$/.test(name)
}

const loaderNames: ReadonlySet<string> = new Set([
  'chat_template.json',
  'modules.json',
  'model_index.json',
  'mlmodel',
  'manifest.json',
  'model-settings.json',
  'configuration.json',
  'bentofile.yaml',
  'bento.yaml',
  'meta.json',
  'config.cfg',
  'config.pbtxt',
  'config.properties',
])
