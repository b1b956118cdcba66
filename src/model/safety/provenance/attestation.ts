import type {Digest} from '../../../core/digest.ts'
import type {Finding} from '../../../core/finding.ts'
import type {ModelFile} from '../../digest.ts'
import {quote} from '../observation.ts'
import {objectAt, textAt} from '../repository/sight.ts'
import {type Answer, filesCounted, findingOf, named} from './answer.ts'
import {type Envelope, readEnvelope, type Statement} from './envelope.ts'
import {fulcioClaims, type SignatureAnswer, type Signer, verifySigstore} from './sigstore.ts'

const id = 'model/attestation-holds'

/** An attestation of GitHub, as `gh attestation download` and the REST API give it: bundles in JSON or JSON lines. */
export interface AttestationFile {
  /** For messages. */
  readonly path: string
  readonly text: string
  /** Its path in the model folder where it stands there: it does not attest itself. */
  readonly own?: string
}

/** What must have made the model. */
export interface AttestationExpectation {
  /** `owner/name` on github.com. */
  readonly repository: string
  /** `.github/workflows/train.yml`, or with the repository in front where it is a reusable workflow of another one. */
  readonly workflow?: string
  /** `refs/heads/main`. */
  readonly ref?: string
  /** SLSA provenance 1.0 unless said otherwise. */
  readonly predicateType?: string
  /** JSON of the trusted root; without it the signature is not verified, and nothing passes. */
  readonly trustedRoot?: string
}

const slsaProvenance = 'https://slsa.dev/provenance/v1'
const githubIssuer = 'https://token.actions.githubusercontent.com'

/**
 * Holds a model against an attestation: signed by GitHub’s certificate for a workflow of the repository that was asked
 * for, and about these bytes: the digest of the model as a whole (its manifest), or the digest of every file. Pass only
 * where all of that holds.
 * @throws UserError `model/trusted-root` for a trusted root that cannot be read
 */
export async function verifyAttestation(
  {path, text, own}: AttestationFile,
  model: {readonly files: readonly ModelFile[]; readonly digest: Digest},
  expectation: AttestationExpectation,
): Promise<readonly Finding[]> {
  const answer = (each: Answer) => findingOf(id, path, each)
  const texts = bundlesOf(text)
  if (texts.length === 0) return [answer(unreadable('It holds no bundle.'))]
  const judged: Judged[] = []
  for (const bundle of texts) judged.push(await judge(bundle, expectation))
  const meant = judged.filter(({verdict}) => verdict !== 'not-applicable')
  const good = meant.filter(({verdict}) => verdict === 'pass')
  if (good.length > 0) return [answer(coverage(good, {model, own}))]
  const readable = meant.filter(({statement}) => statement !== null)
  // What can be known without a signature is said as well: a digest that does not match will never hold.
  const contents = readable.length > 0 ? coverage(readable, {model, own}) : null
  const doubts = contents?.verdict === 'fail' ? [contents] : []
  const others = meant.length > 0 ? meant : judged
  return [...others.map(({answer: each}) => each), ...doubts].map(answer)
}

interface Judged {
  readonly verdict: Answer['verdict']
  readonly answer: Answer
  readonly statement: Statement | null
  readonly signer: Signer | null
}

const mostBundles = 100

/** A bundle, lines of them, or the answer of `GET /repos/{owner}/{repo}/attestations/{digest}`. */
function bundlesOf(text: string): readonly string[] {
  const whole = parsed(text)
  if (whole !== undefined) return inside(whole)
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .slice(0, mostBundles)
    .flatMap(line => {
      const value = parsed(line)
      return value === undefined ? [line] : inside(value)
    })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function inside(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > 4) return []
  if (Array.isArray(value)) return value.slice(0, mostBundles).flatMap(each => inside(each, depth + 1))
  if ('attestations' in value) return inside(value.attestations, depth + 1)
  if ('bundle' in value) return inside(value.bundle, depth + 1)
  return [JSON.stringify(value)]
}

async function judge(bundle: string, expectation: AttestationExpectation): Promise<Judged> {
  const read = readEnvelope(bundle)
  if (read.kind === 'unreadable') return judged(unreadable(read.what), null)
  const {envelope} = read
  const {statement} = envelope
  const expected = expectation.predicateType ?? slsaProvenance
  if (statement.predicateType !== expected) {
    const what = `It states ${quote(statement.predicateType)}, and ${quote(expected)} is asked for.`
    return {
      ...judged({...unreadable(what), reason: 'model/attestation-other-kind'}, statement),
      verdict: 'not-applicable',
    }
  }
  const signature = await verified(envelope, expectation)
  switch (signature.kind) {
    case 'valid':
      return {...judged(signerAnswer(signature.signer, expectation), statement), signer: signature.signer}
    case 'invalid':
      return judged(invalid(signature.what), statement)
    case 'unverified':
      return judged(claimAnswer(statement, expectation, signature.what), statement)
  }
}

function judged(answer: Answer, statement: Statement | null): Judged {
  return {verdict: answer.verdict, answer, statement, signer: null}
}

function verified(envelope: Envelope, {trustedRoot}: AttestationExpectation): Promise<SignatureAnswer> {
  if (trustedRoot === undefined) return Promise.resolve({kind: 'unverified', what: 'No trusted root was given.'})
  return verifySigstore(envelope.json, trustedRoot)
}

function unreadable(what: string): Answer {
  return {
    verdict: 'inconclusive',
    reason: 'model/attestation-unreadable',
    what,
    why: 'An attestation that cannot be read holds the model to nothing.',
    remedy: 'Download it with `gh attestation download <file> --repo <owner>/<name>`.',
  }
}

function invalid(what: string): Answer {
  return {
    verdict: 'fail',
    reason: 'model/attestation-invalid',
    what,
    why: 'What the attestation says was not said by GitHub.',
    remedy: 'Download the attestation again, and find out where this one comes from.',
  }
}

/** What the verified certificate says of the workflow, against what was asked. */
function signerAnswer({identity, issuer, claims}: Signer, {repository, workflow, ref}: AttestationExpectation): Answer {
  const another = (what: string): Answer => ({
    verdict: 'fail',
    reason: 'model/attestation-by-another',
    what,
    why: 'Any repository can attest any bytes; only the one that was asked for counts.',
    remedy: 'Find out which workflow made the model, or correct model.safety.attestation.',
  })
  if (issuer !== githubIssuer)
    return another(`Its signer is vouched for by ${quote(issuer ?? 'nobody')}, and not by GitHub Actions.`)
  const source = claims.get(fulcioClaims.repository) ?? ''
  if (source.toLowerCase() !== `https://github.com/${repository}`.toLowerCase()) {
    return another(`It was made in ${quote(source)}, and not in ${quote(repository)}.`)
  }
  const madeBy = [claims.get(fulcioClaims.buildConfig), claims.get(fulcioClaims.buildSigner), identity]
  if (workflow !== undefined && !madeBy.some(uri => uri !== undefined && isWorkflow(uri, workflow, repository))) {
    return another(`It was made by the workflow ${quote(identity)}, and not by ${quote(workflow)}.`)
  }
  const source_ref = claims.get(fulcioClaims.ref) ?? ''
  if (ref !== undefined && source_ref !== ref)
    return another(`It was made from ${quote(source_ref)}, and not from ${quote(ref)}.`)
  const commit = claims.get(fulcioClaims.commit) ?? 'an unknown commit'
  return {
    verdict: 'pass',
    reason: 'model/attestation-held',
    what: `The workflow ${quote(identity, 200)} attested it at commit ${quote(commit)}.`,
  }
}

/** `https://github.com/<owner>/<name>/<path>@<ref>` is the workflow at that path, of this repository or the one named. */
function isWorkflow(uri: string, workflow: string, repository: string): boolean {
  const [address = ''] = uri.split('@')
  const full = workflow.startsWith('.github/') ? `${repository}/${workflow}` : workflow
  return address.toLowerCase() === `https://github.com/${full}`.toLowerCase()
}

/** Without a verified signature the statement is a claim: it can be shown to be wrong, and never to be right. */
function claimAnswer({predicate}: Statement, {repository}: AttestationExpectation, why: string): Answer {
  const workflow = objectAt(objectAt(objectAt(predicate, 'buildDefinition'), 'externalParameters'), 'workflow')
  const claimed = textAt(workflow, 'repository')
  if (claimed !== null && claimed.toLowerCase() !== `https://github.com/${repository}`.toLowerCase()) {
    return {
      ...invalid(`It says that it was made in ${quote(claimed)}, and not in ${quote(repository)}.`),
      reason: 'model/attestation-by-another',
    }
  }
  return {
    verdict: 'inconclusive',
    reason: 'model/attestation-unverified',
    what: `The signature was not verified. ${why}`,
    why: 'Anybody can write a statement.',
    remedy: 'Give model.safety.attestation a trusted-root: `gh attestation trusted-root > trusted-root.jsonl`.',
  }
}

/** Whether the statements together are about these bytes. Names in them are for people: digests decide. */
function coverage(
  attested: readonly Judged[],
  {model, own}: {model: {files: readonly ModelFile[]; digest: Digest}; own: string | undefined},
): Answer {
  const digests = new Set(
    attested
      .flatMap(({statement}) => statement?.subjects ?? [])
      .map(({digests: each}) => `sha256:${each.get('sha256')}`),
  )
  const said = attested.map(({answer}) => answer.what).join(' ')
  if (digests.has(model.digest)) {
    return {
      verdict: 'pass',
      reason: 'model/attestation-held',
      what: `The digest of the model as a whole is attested. ${said}`,
    }
  }
  const asked = model.files.filter(({path}) => path !== own)
  const absent = asked.filter(({digest}) => !digests.has(digest)).map(({path}) => path)
  if (absent.length === 0 && asked.length > 0) {
    const what = `The digest of ${asked.length === 1 ? 'the file' : `each of ${filesCounted(asked.length)}`} is attested. ${said}`
    return {verdict: 'pass', reason: 'model/attestation-held', what}
  }
  return {
    verdict: 'fail',
    reason: 'model/attestation-other-bytes',
    what:
      absent.length === asked.length
        ? 'It is about other bytes: neither the digest of the model nor that of any file is attested.'
        : `It is not about ${named(absent)}.`,
    why: 'What was attested is not what would be promoted.',
    remedy:
      'Attest the model after its last change: its digest by subject-digest, or all of its files by subject-path.',
    files: absent,
  }
}
