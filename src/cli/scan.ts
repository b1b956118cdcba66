import {UserError} from '../core/failure.ts'
import {imageSarifs, imageSboms} from '../gates/image-files.ts'
import {scanImageGate} from '../gates/scan-image.ts'
import type {GateOutcome} from '../gates/session.ts'
import {renderOpenVex} from '../image/render/openvex.ts'
import {scanChunks} from '../image/render/scan-json.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {type Command, commonOptions, type Given} from './command.ts'
import {say} from './say.ts'
import {localSession} from './session.ts'

const {records, json, details, 'save-report': saveReport} = commonOptions

export const scanCommand: Command = {
  name: 'scan',
  gate: 'image',
  summary: 'May this image be deployed?',
  description:
    'Scans every platform of an image with Trivy, Grype or both, or judges reports of any tool, and gates what was found by the policy of slipway.yml. With --record the verdict is kept as evidence, bound to the image’s digest.',
  argument: {
    name: 'image',
    what: 'A reference (best with its digest), or a path that starts with "./" or "/": an OCI layout, an archive, an SBOM.',
  },
  options: {
    config: {what: 'Path of the config. Default: slipway.yml; where there is none, the default policy.', value: 'file'},
    image: {what: 'The image, as the word behind the command.', value: 'name'},
    digest: {what: 'Digest that the image must have.', value: 'sha256:…'},
    report: {what: 'Report to judge instead of scanning: Trivy, Grype, SARIF, CycloneDX, SPDX.', value: 'file'},
    scanner: {what: 'trivy, grype or both. Default: `image.scanner`.', value: 'name'},
    database: {what: 'Database of vulnerabilities: a folder or an OCI layout. Nothing is downloaded.', value: 'path'},
    baseline: {what: 'What "new" compares with: production, base-image, none, or a report.', value: 'what'},
    sarif: {what: 'Write all flaws as SARIF 2.1.0; one file for each platform.', value: 'file'},
    scan: {what: 'Write the whole scan with its judgement as JSON (schema/scan.schema.json).', value: 'file'},
    sbom: {what: 'Write the packages as CycloneDX; one file for each platform.', value: 'file'},
    openvex: {what: 'Write what is waived as OpenVEX.', value: 'file'},
    records,
    record: {what: 'Keep the verdict as evidence.'},
    json,
    details,
    'save-report': saveReport,
  },
  async run(given, terminal, runtime) {
    const config = await configOf(given, runtime)
    const outcome = await scanImageGate(localSession(given, runtime), {
      config,
      image: imageOf(given),
      imageDigest: given.text('digest'),
      report: given.text('report'),
      scanner: scannerOf(given.text('scanner')),
      database: given.text('database'),
      baseline: given.text('baseline'),
      record: given.flag('record'),
    })
    await keepFiles(given, outcome, config ?? 'slipway.yml', runtime)
    return say(outcome, given, terminal, runtime)
  },
}

/** Null where nobody wrote a policy: then the default one judges. */
async function configOf(given: Given, {files}: Pick<Runtime, 'files'>): Promise<string | null> {
  const named = given.text('config')
  if (named !== undefined) return named
  return (await files.exists('slipway.yml')) ? 'slipway.yml' : null
}

function imageOf(given: Given): string | undefined {
  const [word, option] = [given.argument(), given.text('image')]
  if (word === undefined || option === undefined || word === option) return word ?? option
  throw new UserError('cli/usage', `Two images are named: "${word}" and "${option}".`, {hint: 'Name the image once.'})
}

function scannerOf(text: string | undefined): 'trivy' | 'grype' | 'both' | undefined {
  if (text === undefined || text === 'trivy' || text === 'grype' || text === 'both') return text
  throw new UserError('cli/scanner', `--scanner ${JSON.stringify(text)} is no scanner.`, {
    hint: 'It is trivy, grype or both; a report of another tool is named with --report.',
  })
}

/** Writes what was asked for, before anything is said. @throws UserError `file/unwritable` */
async function keepFiles(
  given: Given,
  {scanned}: GateOutcome,
  config: string,
  {files, clock, log}: Runtime,
): Promise<void> {
  if (!scanned) return
  const {judgement, repository} = scanned
  const [sarif, scan, sbom, openvex] = ['sarif', 'scan', 'sbom', 'openvex'].map(name => given.text(name))
  if (sarif !== undefined) {
    const sarifs = imageSarifs(judgement, {repository, otherwise: config, suppressed: 'shown'})
    for (const {part, text} of sarifs) await files.writeText(placeOf(sarif, part, sarifs.length), text)
  }
  if (scan !== undefined) await files.writeText(scan, scanChunks(judgement))
  if (sbom !== undefined) {
    const sboms = imageSboms(judgement)
    if (sboms.length === 0) throw noPackages(sbom)
    for (const {part, text} of sboms) await files.writeText(placeOf(sbom, part, sboms.length), text)
  }
  if (openvex !== undefined) {
    const at = clock.now().toISOString()
    const text = renderOpenVex(judgement, {author: judgement.service, at})
    if (text === null) log.warning(`Nothing is waived, so "${openvex}" was not written: OpenVEX has no empty document.`)
    else await files.writeText(openvex, text)
  }
}

/** `image.sarif` for one platform; for several `image.linux-amd64.sarif` and so on. */
function placeOf(file: string, part: string, parts: number): string {
  if (parts === 1) return file
  const match = /^(.*?)((?:\.[A-Za-z]+){0,2})$/.exec(file)
  return `${match?.[1] ?? file}.${part}${match?.[2] ?? ''}`
}

function noPackages(file: string): UserError {
  return new UserError(
    'image/no-packages-to-list',
    `No tool listed the packages of the image, so "${file}" was not written.`,
    {
      hint: 'Scan with Trivy, or write Trivy’s report with `--list-all-pkgs`.',
    },
  )
}
