import {type ImageConfig, isDefaultGate} from '../config/image-schema.ts'
import {parseConfig} from '../config/load.ts'
import type {Config} from '../config/schema.ts'
import {parseWaivers} from '../config/waivers.ts'
import {type Day, dayOf, formatDay, parseDay} from '../core/day.ts'
import {type Digest, parseDigest} from '../core/digest.ts'
import {isFailure, UserError} from '../core/failure.ts'
import type {Finding} from '../core/finding.ts'
import {gatheredFromReport, gatherImage} from '../image/gather.ts'
import {imageNameOf} from '../image/image-name.ts'
import {openImages} from '../image/inputs/open.ts'
import {readLists} from '../image/lists/read.ts'
import {openScanners} from '../image/open.ts'
import {parseImageReference} from '../image/reference.ts'
import {openReport} from '../image/reports/open.ts'
import {judgeImage, type Waivers} from '../image/run.ts'
import type {ImageReference} from '../image/scanner.ts'
import {parseVex} from '../image/vex/read.ts'
import {imageBaseline} from './image-baseline.ts'
import {checkRepository} from './image-repository.ts'
import {loadPolicy, type Policy} from './policy.ts'
import {policyInputs} from './policy-inputs.ts'
import {recordEvidence} from './record-evidence.ts'
import {readRepositoryFiles} from './repository-files.ts'
import type {GateOutcome, Session} from './session.ts'

export interface ScanImageRequest {
  /** Path of the config; null: the default policy, of nobody's own. */
  readonly config: string | null
  readonly image?: string | undefined
  readonly imageDigest?: string | undefined
  /** Path of a report; overrides the config's scanner. */
  readonly report?: string | undefined
  readonly scanner?: 'trivy' | 'grype' | 'both' | undefined
  readonly database?: string | undefined
  readonly baseline?: string | undefined
  readonly record: boolean
}

/** May this image be deployed? */
export async function scanImageGate(session: Session, request: ScanImageRequest): Promise<GateOutcome> {
  const {runtime} = session
  const policy = await policyFor(session, request)
  const {config} = policy
  const image = imageConfig(config, request)
  const reference = request.image === undefined ? null : parseImageReference(request.image)
  const expectedDigest = agreedDigest(reference, request.imageDigest)
  const now = runtime.clock.now()
  // What is written by people is read first: a mistake in it should not wait for a scan.
  const waivers = await readWaivers(policy, image, now)
  const inputs = await policyInputs(session, policy, image)
  const [lists, repository, reports] = await Promise.all([
    readLists(image, inputs.files),
    readRepositoryFiles(image, runtime.files),
    Promise.all(image.reports.map(path => openReport(path, runtime.files))),
  ])
  const own = await checkRepository(image, repository, runtime.files)
  const gathered =
    image.report !== undefined && image.scanner === 'report'
      ? gatheredFromReport(await openReport(image.report, runtime.files))
      : await gatherImage(reference, image, {
          images: openImages(runtime),
          scanners: openScanners(image, runtime),
        })
  const baseline = await imageBaseline(session, config, image, gathered, inputs.files)
  const {judgement, ...judged} = judgeImage(gathered, {
    service: request.config === null ? nameFor(gathered.label) : config.service,
    config: image,
    isDefaultGate: isDefaultGate(image.gate),
    expectedDigest,
    reports,
    repository: own.flaws,
    workloads: own.workloads,
    findings: [...aboutImages(policy), ...waivers.findings, ...inputs.findings, ...own.findings],
    lists,
    accepted: waivers,
    baseline,
    now,
    ...(session.github ? {summaryUrl: session.github.context.runUrl} : {}),
  })
  const outcome: GateOutcome = {...judged, scanned: {judgement, repository}}
  if (request.record) await recordEvidence(session, config, 'image', outcome)
  return outcome
}

/** What a pull request changes in the rules of this gate, or that it brings all of them: of other rules other gates tell. */
function aboutImages({findings}: Policy): readonly Finding[] {
  return findings.filter(
    ({reason, subject}) => reason === 'policy/first' || reason === 'policy/base-invalid' || /^image\b/.test(subject),
  )
}

function agreedDigest(reference: ImageReference | null, given: string | undefined): Digest | null {
  const named = reference?.kind === 'registry' ? reference.digest : null
  const expected = given === undefined ? null : parseDigest(given)
  if (named === null || expected === null || named === expected) return named ?? expected
  throw new UserError('image/digests-contradict', `The image is named by ${named}, but ${expected} was asked for.`, {
    hint: 'Give the digest once, or the same one twice.',
  })
}

/** Waivers and documents of others, and what a pull request changes in them. */
async function readWaivers(
  policy: Policy,
  image: ImageConfig,
  now: Date,
): Promise<Waivers & {readonly findings: readonly Finding[]}> {
  const today = dayOf(now)
  const latest = dayOf(new Date(now.getTime() + image['waiver-horizon']))
  const part = async (key: string, path: string) => {
    try {
      return await policy.readPart(path)
    } catch (error) {
      if (!isFailure(error) || error.code !== 'file/not-found') throw error
      throw new UserError('image/waivers-missing', `\`${key}\` names "${path}", and there is no such file.`, {
        hint: 'Correct the path, or remove the key where nothing is waived; relative paths start at the working directory.',
        cause: error,
      })
    }
  }
  const waivers = image.waivers === undefined ? null : await part('image.waivers', image.waivers)
  const documents = await Promise.all(
    image.vex.map(async ({file, owner, expires}) => {
      const {text, findings} = await part('image.vex', file)
      const day = parseDay(expires) ?? today
      if (day > latest) throw beyondHorizon(file, expires, latest)
      return {document: parseVex(text, file), owner, expires: day, findings}
    }),
  )
  return {
    waivers:
      waivers === null
        ? []
        : parseWaivers(waivers.text, image.waivers ?? '', {today, horizonMs: image['waiver-horizon']}),
    vex: documents.map(({document, owner, expires}) => ({document, owner, expires})),
    findings: [...(waivers?.findings ?? []), ...documents.flatMap(({findings}) => findings)],
  }
}

function beyondHorizon(file: string, expires: string, latest: Day): UserError {
  return new UserError(
    'image/vex-beyond-horizon',
    `\`image.vex\` believes ${file} until ${expires}, and ${formatDay(latest)} is the latest day.`,
    {
      hint: 'What is believed for longer is believed for ever: choose an earlier day, or a longer `waiver-horizon`.',
    },
  )
}

async function policyFor(session: Session, {config, record}: ScanImageRequest): Promise<Policy> {
  if (config !== null) return loadPolicy(session, config)
  if (record) {
    throw new UserError(
      'config/not-found',
      'Evidence is kept for a service, and there is no slipway.yml that names one.',
      {
        hint: 'Write slipway.yml (slipway init), or leave out --record.',
      },
    )
  }
  return {
    config: parseConfig('version: 1\nservice: image\nmodel: {files: none}\nimage: {}\n', 'the default policy'),
    findings: [],
    baseSha: null,
    readPart: async path => ({text: await session.runtime.files.readText(path), findings: []}),
  }
}

/** What an image without a service is called: `credit` of `registry.example.com/ml/credit:v12`. */
function nameFor(label: string): string {
  const word = imageNameOf(label).split('/').at(-1) ?? ''
  const name = word
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .replace(/^-+/, '')
    .slice(0, 50)
  return name === '' ? 'image' : name
}

function imageConfig(config: Config, {report, scanner, database, baseline}: ScanImageRequest): ImageConfig {
  if (!config.image) {
    throw new UserError(
      'image/not-configured',
      'slipway.yml has no `image:`, so there is no policy to judge an image by.',
      {hint: 'Add `image: {}` for the default policy: no critical, and no fixable high vulnerability.'},
    )
  }
  if (report !== undefined && scanner !== undefined) {
    throw new UserError(
      'cli/usage',
      'A report is judged, or an image is scanned: --report and --scanner exclude each other.',
      {
        hint: 'Leave one of them out.',
      },
    )
  }
  const chosen = report === undefined ? scanner : 'report'
  return {
    ...config.image,
    ...(report === undefined ? {} : {report}),
    ...(chosen === undefined ? {} : {scanner: chosen}),
    ...(database === undefined ? {} : {database}),
    ...(baseline === undefined ? {} : {baseline}),
  }
}
