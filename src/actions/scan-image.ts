import * as path from 'node:path'
import type * as z from 'zod/mini'
import {imageSarifs, imageSboms} from '../gates/image-files.ts'
import {scanImageGate} from '../gates/scan-image.ts'
import type {GateOutcome, ScannedImage, Session} from '../gates/session.ts'
import {recordStorage} from '../github/artifact-metadata.ts'
import {uploadSarif} from '../github/code-scanning.ts'
import type {WorkflowContext} from '../github/context.ts'
import {imageNameOf} from '../image/image-name.ts'
import {renderOpenVex} from '../image/render/openvex.ts'
import {scanChunks} from '../image/render/scan-json.ts'
import {attempt} from './publish-to-github.ts'
import type {ActionOutcome} from './run-action.ts'
import type {scanImageAction} from './scan-image.inputs.ts'

type Inputs = z.output<typeof scanImageAction.inputs>

export async function scanImage(inputs: Inputs, session: Session): Promise<ActionOutcome> {
  const outcome = await scanImageGate(session, {...inputs, imageDigest: inputs['image-digest']})
  const digest = {'image-digest': outcome.result.subject.image ?? ''}
  if (!outcome.scanned) return {...outcome, outputs: digest}
  const files = await writeFiles(outcome.scanned, inputs, session)
  // GitHub reads an analysis without results as "all is fixed": what could not be judged closes no alert.
  if (inputs['upload-sarif'])
    await (outcome.result.verdict === 'error' ? leaveAlerts() : upload(outcome, inputs, session))
  if (inputs.record) await recordPlace(outcome, session)
  return {...outcome, outputs: {...digest, ...files}}
}

/** What later steps may want, beside the result. */
async function writeFiles({judgement, repository}: ScannedImage, {config}: Inputs, {runtime}: Session) {
  const {env, files, clock} = runtime
  const folder = path.join(env.RUNNER_TEMP ?? '.slipway', 'slipway', 'image')
  const at = clock.now().toISOString()
  const outputs = {
    scan: path.join(folder, 'scan.json'),
    sarif: path.join(folder, 'sarif'),
    sbom: path.join(folder, 'sbom'),
  }
  const sboms = imageSboms(judgement)
  const waived = renderOpenVex(judgement, {author: judgement.service, at})
  const openvex = waived === null ? '' : path.join(folder, 'openvex.json')
  const texts: (readonly [string, string | Iterable<string>])[] = [
    [outputs.scan, scanChunks(judgement)],
    ...(waived === null ? [] : [[openvex, waived] as const]),
    ...imageSarifs(judgement, {repository, otherwise: config, suppressed: 'shown'}).map(
      ({part, text}) => [path.join(outputs.sarif, `${part}.sarif`), text] as const,
    ),
    ...sboms.map(({part, text}) => [path.join(outputs.sbom, `${part}.cdx.json`), text] as const),
  ]
  for (const [file, text] of texts) await files.writeText(file, text)
  return {...outputs, sbom: sboms.length === 0 ? '' : outputs.sbom, openvex}
}

function leaveAlerts(): Promise<void> {
  const why = 'the image could not be judged, and an analysis without results would close every alert.'
  return attempt('code scanning analysis', async () => ({kind: 'not-available', why}))
}

/** One analysis for each category. The verdict does not hang on it: what cannot be uploaded is a notice or a warning. */
async function upload({scanned}: GateOutcome, {config}: Inputs, {github, runtime}: Session): Promise<void> {
  if (!github || !scanned) return
  const {client, context} = github
  const {judgement, repository} = scanned
  for (const {text, category, cut} of imageSarifs(judgement, {repository, otherwise: config, suppressed: 'left-out'})) {
    if (cut > 0) {
      runtime.log.warning(
        `GitHub takes so many alerts and no more: ${category} is without the ${cut} least grave flaws.`,
      )
    }
    await attempt(`code scanning analysis (${category})`, () =>
      uploadSarif(client, runtime.clock, {sarif: text, commitSha: context.headSha, ref: refOf(context)}),
    )
  }
}

/** Tells GitHub where the image lies, for an image that a registry has. */
async function recordPlace({result, scanned}: GateOutcome, {github}: Session): Promise<void> {
  const {image: digest} = result.subject
  if (!github || !scanned || digest === undefined || /^[./]/.test(scanned.judgement.label)) return
  const image = imageNameOf(scanned.judgement.label)
  await attempt('storage record', () => recordStorage(github.client, {image, digest}), {asked: false})
}

/** The commit that is judged in a pull request is its head, not the merge commit that the run is of. */
function refOf({pullRequest, ref}: WorkflowContext): string {
  return pullRequest ? `refs/pull/${pullRequest.number}/head` : ref
}
