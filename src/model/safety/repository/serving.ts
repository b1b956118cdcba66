import {quote, type Rule} from '../observation.ts'
import {isObject, objectAt, type RepositoryFile, type RepositoryReading, textAt} from './sight.ts'

const handler: Rule = {
  id: 'serving-handler',
  title: 'A serving config names program text that answers requests',
  means: 'code',
  why: 'The server imports it when the model is loaded, and runs it for every request.',
  remedy: 'Ship the handler in the image, where it is scanned and reviewed.',
}

const plugins: Rule = {
  id: 'serving-plugins',
  title: 'A config asks for plug-ins or remote code',
  means: 'code',
  why: 'The loader installs or imports what is named when the model is loaded.',
  remedy: 'Install what the model needs in the image, and take the setting out of the file.',
}

const openDoor: Rule = {
  id: 'serving-open-door',
  title: 'A server config opens the server',
  means: 'look',
  why: 'Who reaches the port can load further models, and so run code (CVE-2023-43654 for TorchServe).',
  remedy: 'Keep management on the local address, and allow models from your own store alone.',
}

export const servingRules: readonly Rule[] = [handler, plugins, openDoor]

/** TorchServe’s `MAR-INF/MANIFEST.json`: `model.handler` is a file of the archive, or the name of a handler it brings. */
export function readTorchServeManifest({value}: RepositoryFile): RepositoryReading | null {
  const model = objectAt(value, 'model')
  const named = textAt(model, 'handler')
  if (!model || named === null || !model.has('modelName')) return null
  const own = !/^[a-z_]+$/.test(named)
  const service = `Its requests are answered by ${quote(named)}.`
  return {is: 'TorchServe manifest', sights: own ? [{rule: handler, what: service, sure: 'certain'}] : []}
}

/** MLServer’s `model-settings.json` (KServe, Seldon): `implementation` is imported. */
export function readMlServerSettings({name, value}: RepositoryFile): RepositoryReading | null {
  if (name !== 'model-settings.json' || !isObject(value)) return null
  const named = textAt(value, 'implementation')
  const known =
    named === null || /^mlserver_(sklearn|xgboost|lightgbm|catboost|mlflow|huggingface|onnx)\.\w+$/.test(named)
  const what = `Its runtime is ${quote(String(named))}.`
  return {is: 'MLServer settings', sights: known ? [] : [{rule: handler, what, sure: 'certain'}]}
}

/** ModelScope’s `configuration.json`: `plugins` are installed, `allow_remote` runs the repository’s `ms_wrapper.py`. */
export function readModelScope({value}: RepositoryFile): RepositoryReading | null {
  if (!isObject(value) || !value.has('framework') || !value.has('task')) return null
  const asks = ['plugins', 'allow_remote', 'install_requirements'].filter(key => asksFor(value.get(key)))
  return {
    is: 'ModelScope configuration',
    sights: asks.map(key => ({rule: plugins, what: `It sets ${quote(key)}.`})),
  }
}

function asksFor(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== false
}

/** BentoML’s `bentofile.yaml` and `bento.yaml`: `service` is imported. */
export function readBento({name, value}: RepositoryFile): RepositoryReading | null {
  if (!/^(bentofile|bento)\.ya?ml$/.test(name) || !isObject(value)) return null
  const service = textAt(value, 'service')
  if (service === null) return {is: 'BentoML file', sights: []}
  return {is: 'BentoML file', sights: [{rule: handler, what: `Its service is ${quote(service)}.`, sure: 'certain'}]}
}

/** Triton’s `config.pbtxt`: the Python backend runs `model.py` of the version folder, or `default_model_filename`. */
export function readTriton(name: string, text: string): RepositoryReading | null {
  if (name !== 'config.pbtxt') return null
  const backend = fieldOf(text, 'backend')
  const platform = fieldOf(text, 'platform')
  if (backend !== 'python') {
    return {is: `Triton config (${quote(backend ?? platform ?? 'no backend', 40)})`, sights: []}
  }
  const file = fieldOf(text, 'default_model_filename') ?? 'model.py'
  return {
    is: 'Triton config (python)',
    sights: [{rule: handler, what: `Triton’s Python backend runs ${quote(file)}.`, sure: 'certain'}],
  }
}

/** The text of a field of the text format of protocol buffers, wherever it stands. */
function fieldOf(text: string, field: string): string | null {
  const found = new RegExp(`(?:^|[\\s{;,])${field}\\s{0,20}:\\s{0,20}(?:"([^"\\n]{0,200})"|'([^'\\n]{0,200})')`).exec(
    text,
  )
  return found?.[1] ?? found?.[2] ?? null
}

/** TorchServe’s `config.properties`. */
export function readTorchServeProperties(name: string, text: string): RepositoryReading | null {
  if (name !== 'config.properties') return null
  const open = text
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line =>
      /^(management_address\s*=\s*https?:\/\/0\.0\.0\.0|allowed_urls\s*=\s*\S*\.\*|disable_token_authorization\s*=\s*true|install_py_dep_per_model\s*=\s*true)/i.test(
        line,
      ),
    )
  return {
    is: 'TorchServe properties',
    sights: open.slice(0, 10).map(line => ({rule: openDoor, what: `It sets ${quote(line)}.`})),
  }
}
