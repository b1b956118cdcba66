import {quote, type Rule} from '../observation.ts'
import {
  isObject,
  type NamedPath,
  objectAt,
  type RepositoryFile,
  type RepositoryReading,
  type RepositorySight,
  textAt,
} from './sight.ts'

const loaderModule: Rule = {
  id: 'mlflow-loader-module',
  title: 'An MLflow model is loaded by a module of its own',
  means: 'runs',
  why: 'mlflow.pyfunc.load_model imports the module that MLmodel names and calls its _load_pyfunc.',
  remedy: 'Log the model with a flavor of MLflow, or ship the module in the image and review it there.',
}

const codePaths: Rule = {
  id: 'mlflow-code-paths',
  title: 'An MLflow model brings program text',
  means: 'code',
  why: 'Its folder is put in front of the path of modules, so what is imported next may come from it.',
  remedy: 'Log the model without code_paths, and install the code in the image.',
}

const modelCode: Rule = {
  id: 'mlflow-model-code',
  title: 'An MLflow model is a Python script',
  means: 'runs',
  why: 'Models from code are loaded by running the file that model_code_path names.',
  remedy: 'Review the script, ship it in the image, or log the trained model instead.',
}

const pickled: Rule = {
  id: 'mlflow-pickled',
  title: 'An MLflow flavor keeps the model as a pickle',
  means: 'note',
  why: 'The pickle itself is judged where it stands.',
  remedy: 'Log with a format that holds data alone (skops, ONNX, safetensors).',
}

const otherFlavor: Rule = {
  id: 'mlflow-other-flavor',
  title: 'An MLflow model has a flavor that MLflow does not bring',
  means: 'look',
  why: 'A plug-in loads it, and only the plug-in knows what it runs.',
  remedy: 'Review the plug-in, and pin its version in the image.',
}

const unreadable: Rule = {
  id: 'mlflow-unreadable',
  title: 'An MLmodel file is not what MLflow writes',
  means: 'unsure',
  why: 'What is loaded, and by what, cannot be told from it.',
  remedy: 'Log the model again.',
}

export const mlflowRules: readonly Rule[] = [loaderModule, codePaths, modelCode, pickled, otherFlavor, unreadable]

/** Flavors of MLflow 3 and those that 1 and 2 had (`mlflow.models.flavor_backend_registry`, `mlflow/<flavor>/`). */
const knownFlavors = new Set(
  `python_function sklearn pytorch tensorflow keras transformers sentence_transformers xgboost lightgbm catboost onnx
   spacy statsmodels prophet pmdarima paddle spark langchain llama_index openai dspy promptflow johnsnowlabs fastai mleap
   diviner h2o crate mxnet gluon shap`.split(/\s+/),
)

/** `MLmodel`, the YAML that makes a folder an MLflow model. Null for what is none. */
export function readMlflowModel({name, value}: RepositoryFile): RepositoryReading | null {
  const flavors = objectAt(value, 'flavors')
  if (!flavors && name !== 'mlmodel') return null
  const is = 'MLflow model'
  if (!flavors) return {is, sights: [{rule: unreadable, what: 'It has no mapping "flavors".'}]}
  const sights: RepositorySight[] = []
  const paths: NamedPath[] = []
  for (const [key, flavor] of flavors) {
    const flavorName = String(key)
    if (!knownFlavors.has(flavorName)) sights.push({rule: otherFlavor, what: `It has the flavor ${quote(flavorName)}.`})
    if (!isObject(flavor)) {
      sights.push({rule: unreadable, what: `Its flavor ${quote(flavorName)} is no mapping.`})
      continue
    }
    for (const sight of sightsOfFlavor(flavorName, flavor)) sights.push(sight)
    for (const path of pathsOfFlavor(flavorName, flavor)) paths.push(path)
  }
  return {is, sights, paths}
}

function sightsOfFlavor(name: string, flavor: ReadonlyMap<unknown, unknown>): RepositorySight[] {
  const sights: RepositorySight[] = []
  const loader = flavor.get('loader_module')
  if (loader !== undefined && !(typeof loader === 'string' && /^mlflow(\.[A-Za-z_]\w*)+$/.test(loader))) {
    sights.push({
      rule: loaderModule,
      what: `Its flavor ${quote(name)} is loaded by ${quote(String(loader))}.`,
      sure: 'certain',
    })
  }
  const code = flavor.get('code')
  if (code !== undefined && code !== null) {
    sights.push({
      rule: codePaths,
      what: `Its flavor ${quote(name)} has program text in ${quote(String(code))}.`,
      sure: 'certain',
    })
  }
  const script = flavor.get('model_code_path')
  if (script !== undefined && script !== null) {
    sights.push({rule: modelCode, what: `Its flavor ${quote(name)} runs ${quote(String(script))}.`, sure: 'certain'})
  }
  const format = textAt(flavor, 'serialization_format')
  const python = textAt(flavor, 'python_model')
  if (format === 'pickle' || format === 'cloudpickle' || python !== null) {
    const how = format ?? 'cloudpickle'
    sights.push({rule: pickled, what: `Its flavor ${quote(name)} is loaded by ${quote(how)}.`})
  }
  return sights
}

/** Keys of flavors whose values are paths inside the model folder, and whether loading fails without them. */
const pathKeys: readonly (readonly [string, boolean])[] = [
  ['data', true],
  ['model_data', true],
  ['model_path', true],
  ['pickled_model', true],
  ['python_model', true],
  ['model_code_path', true],
  ['code', true],
  ['model_binary', false],
  ['model_config_path', false],
]

function pathsOfFlavor(name: string, flavor: ReadonlyMap<unknown, unknown>): NamedPath[] {
  const paths: NamedPath[] = []
  for (const [key, needed] of pathKeys) {
    const path = textAt(flavor, key)
    if (path !== null && path !== '')
      paths.push({path, key: `flavors.${name}.${key}`, needed: needed && key !== 'code'})
  }
  const artifacts = objectAt(flavor, 'artifacts')
  for (const [key, artifact] of artifacts ?? []) {
    const path = textAt(artifact, 'path')
    if (path !== null) paths.push({path, key: `flavors.${name}.artifacts.${String(key)}.path`, needed: true})
  }
  return paths
}
