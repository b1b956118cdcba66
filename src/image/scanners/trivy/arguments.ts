/**
 * The one call of Trivy. What it finds must depend on the image and the database alone, so everything that could make it
 * find less is closed: ignore files, config files, modules, and switches in the environment. Waivers have an owner and a date.
 */
import {assertNever} from '../../../core/assert.ts'
import type {FlawKind} from '../../scan.ts'
import type {ScanTarget} from '../../scanner.ts'

/** Variables that Trivy may see: where to find things, and how to log in. None says what to report. */
export const passedVariables: readonly string[] = [
  'TRIVY_CACHE_DIR',
  'TRIVY_DB_REPOSITORY',
  'TRIVY_JAVA_DB_REPOSITORY',
  'TRIVY_CHECKS_BUNDLE_REPOSITORY',
  'TRIVY_SKIP_DB_UPDATE',
  'TRIVY_SKIP_JAVA_DB_UPDATE',
  'TRIVY_OFFLINE_SCAN',
  'TRIVY_USERNAME',
  'TRIVY_PASSWORD',
  'TRIVY_REGISTRY_TOKEN',
  'TRIVY_CACERT',
]

/** As variables, because versions that do not know them ignore them. */
export const setVariables: Readonly<Record<string, string>> = {
  TRIVY_SHOW_SUPPRESSED: 'true',
  TRIVY_DISABLE_TELEMETRY: 'true',
  TRIVY_SKIP_VERSION_CHECK: 'true',
}

/** Trivy's words for what it can be asked for. Packages are always listed, and the end of a system's life comes with `vuln`. */
const scannerWords: ReadonlyMap<FlawKind, string> = new Map([
  ['vulnerability', 'vuln'],
  ['secret', 'secret'],
  ['misconfiguration', 'misconfig'],
  ['licence', 'license'],
])

/** What an SBOM can be asked for: its files are not there to be read. */
const kindsOfSbom: readonly FlawKind[] = ['vulnerability', 'licence']

/** What is looked for in fact, of what was asked: the answer is silent about everything else. */
export function kindsLookedFor(target: ScanTarget, kinds: readonly FlawKind[]): readonly FlawKind[] {
  const asked = kinds.filter(each => scannerWords.has(each) && (target.kind !== 'sbom' || kindsOfSbom.includes(each)))
  return [...asked, 'package', ...(asked.includes('vulnerability') ? (['end-of-life'] as const) : [])]
}

/** Files that the call names. They lie in a folder that is ours alone. */
export interface CallFiles {
  /** What is scanned, unless it lies in a registry. */
  readonly input: string
  /** Empty: in the place of ignore files and config files that the working directory could have. */
  readonly empty: string
  /** What the scanner for secrets need not read. */
  readonly secretConfig: string
  /** A folder without modules, which could change findings. */
  readonly modules: string
}

export interface Call {
  readonly target: ScanTarget
  readonly kinds: readonly FlawKind[]
  readonly files: CallFiles
  /** With a database of ours nothing is downloaded. */
  readonly offline: boolean
  readonly timeoutMs: number
}

/** Everything behind the program's name. */
export function scanArguments({target, kinds, files, offline, timeoutMs}: Call): readonly string[] {
  const words = kindsLookedFor(target, kinds).flatMap(each => scannerWords.get(each) ?? [])
  const checksConfig = kinds.includes('misconfiguration') && target.kind !== 'sbom'
  return [
    target.kind === 'sbom' ? 'sbom' : 'image',
    '--format=json',
    '--list-all-pkgs',
    `--scanners=${words.join(',')}`,
    ...imageOnly(target, kinds, files),
    '--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL',
    `--ignorefile=${files.empty}`,
    `--config=${files.empty}`,
    '--exit-code=0',
    '--no-progress',
    // Ours ends first, and says what to do about it.
    `--timeout=${Math.ceil(timeoutMs / 1000) + 60}s`,
    ...(offline ? ['--skip-db-update', '--skip-java-db-update', '--offline-scan'] : []),
    ...(offline && checksConfig ? ['--skip-check-update'] : []),
    ...place(target, files),
  ]
}

function imageOnly(target: ScanTarget, kinds: readonly FlawKind[], files: CallFiles): readonly string[] {
  if (target.kind === 'sbom') return []
  // The image's own config as well: a password in ENV, a container that runs as root.
  const ofConfig = [
    ...(kinds.includes('misconfiguration') ? ['misconfig'] : []),
    ...(kinds.includes('secret') ? ['secret'] : []),
  ]
  return [
    `--module-dir=${files.modules}`,
    ...(ofConfig.length > 0 ? [`--image-config-scanners=${ofConfig.join(',')}`] : []),
    ...(kinds.includes('secret') ? [`--secret-config=${files.secretConfig}`] : []),
  ]
}

function place(target: ScanTarget, {input}: CallFiles): readonly string[] {
  switch (target.kind) {
    case 'registry':
      // From the registry alone: a daemon on this machine could have another image by this name.
      return ['--image-src=remote', ...(target.plainHttp ? ['--insecure'] : []), '--', target.name]
    case 'layout':
    case 'archive':
      return [`--input=${input}`]
    case 'sbom':
      return ['--', input]
    default:
      return assertNever(target)
  }
}

/**
 * Weights of models and arrays of numbers: gigabytes in which the patterns of secrets match by accident or not at all.
 * They are passed over for secrets alone; packages and programs are found by other readers, and weights are what
 * the model gate looks at. Paths of the image, as regular expressions of Go.
 */
const weights =
  'safetensors|gguf|ggml|onnx|pt|pth|ckpt|h5|hdf5|keras|tflite|pb|pdparams|mlmodel|engine|plan|npy|npz|parquet|arrow|bin|so'

export const secretConfig = `allow-rules:
  - id: slipway-weights
    description: weights of models and arrays of numbers
    path: '\\.(${weights})(\\.[0-9]+)*$'
`
