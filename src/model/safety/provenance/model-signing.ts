import {createHash} from 'node:crypto'
import type {Finding} from '../../../core/finding.ts'
import type {ModelFile} from '../../digest.ts'
import {quote} from '../observation.ts'
import {isObject, objectAt, textAt} from '../repository/sight.ts'
import {type Answer, filesCounted, findingOf, named} from './answer.ts'
import {type Envelope, readEnvelope, type Statement} from './envelope.ts'
import {holdAgainst, type Listed} from './hold-against.ts'
import {verifyByKey} from './key-signature.ts'
import {type SignatureAnswer, type Signer, verifySigstore} from './sigstore.ts'

const id = 'model/signature-holds'

/** A bundle of OpenSSF model signing, and where it stands. */
export interface SignatureFile {
  /** For messages. */
  readonly path: string
  readonly text: string
  /** Its path in the model folder where it stands there: it does not sign itself. */
  readonly own?: string
}

/** What the signature must be made with. */
export interface SignatureExpectation {
  /** PEM. For bundles that are signed by a key. */
  readonly publicKey?: string
  /** JSON of Sigstore’s trusted root. For bundles that are signed by an identity. */
  readonly trustedRoot?: string
  readonly identity?: string
  readonly issuer?: string
}

/**
 * Holds the files of a model against a signature of OpenSSF model signing (`model_signing` 0.2 to 1.x): the signature
 * itself, the digest of each file, and the root digest over all of them. Pass only where all of that holds, by a key or
 * an identity that was asked for.
 * @throws UserError `model/public-key`, `model/trusted-root` for an expectation that cannot be read
 */
export async function verifyModelSigning(
  {path, text, own}: SignatureFile,
  files: readonly ModelFile[],
  expectation: SignatureExpectation,
): Promise<readonly Finding[]> {
  const answer = (each: Answer) => findingOf(id, path, each)
  const read = readEnvelope(text)
  if (read.kind === 'unreadable') return [answer(unreadable(read.what))]
  const {statement} = read.envelope
  const signed = signedFiles(statement)
  if (signed.kind === 'unreadable') return [answer(unreadable(signed.what))]
  const signature = answerOf(await verified(read.envelope, expectation), expectation)
  const contents = signed.problem ? [signed.problem] : contentAnswers(files, signed, own)
  const problems = [...(signature.verdict === 'pass' ? [] : [signature]), ...contents]
  if (problems.some(({verdict}) => verdict !== 'warn')) return problems.map(answer)
  return [...problems, signature].map(answer)
}

type Signed =
  | {
      readonly kind: 'signed'
      readonly listed: Listed
      readonly ignored: readonly string[]
      /** Where the statement contradicts itself. */
      readonly problem: Answer | null
    }
  | {readonly kind: 'unreadable'; readonly what: string}

function unreadable(what: string): Answer {
  return {
    verdict: 'inconclusive',
    reason: 'model/signature-unreadable',
    what,
    why: 'A signature that cannot be read holds the model to nothing.',
    remedy: 'Sign the model again with model_signing 1.0 or newer, by files and with sha256.',
  }
}

/** https://github.com/ossf/model-signing-spec: predicate 1.0, and the form that release 0.2 wrote before it. */
function signedFiles({predicateType, subjects, predicate}: Statement): Signed {
  if (predicateType === 'https://model_signing/Digests/v0.1') {
    const resources = subjects.map(({name, digests}) => ({name, digest: digests.get('sha256') ?? null}))
    return {kind: 'signed', ...listOf(resources), ignored: []}
  }
  if (predicateType !== 'https://model_signing/signature/v1.0') {
    return {kind: 'unreadable', what: `Its predicate ${quote(predicateType)} is none of model signing.`}
  }
  const serialization = objectAt(predicate, 'serialization')
  const method = textAt(serialization, 'method')
  if (method !== 'files') {
    return {
      kind: 'unreadable',
      what: `It signs the model by ${quote(method ?? 'no method')}, and only "files" is read.`,
    }
  }
  const resources = isObject(predicate) ? predicate.get('resources') : null
  const [subject, ...more] = subjects
  if (!Array.isArray(resources) || !subject || more.length > 0) {
    return {kind: 'unreadable', what: 'It has no list of resources under one subject.'}
  }
  const read = resources.map(each => ({
    name: textAt(each, 'name'),
    algorithm: textAt(each, 'algorithm'),
    digest: textAt(each, 'digest'),
  }))
  if (read.some(({name, digest}) => name === null || digest === null || !/^([0-9a-f]{2})+$/.test(digest))) {
    return {kind: 'unreadable', what: 'One of its resources has no name, or no digest in hex.'}
  }
  const ignored = serialization?.get('ignore_paths')
  const list = listOf(
    read.map(({name, algorithm, digest}) => ({name: name ?? '', digest: algorithm === 'sha256' ? digest : null})),
  )
  return {
    kind: 'signed',
    ...list,
    problem: list.problem ?? rootProblem(read, subject.digests.get('sha256')),
    ignored: Array.isArray(ignored) ? ignored.filter(each => typeof each === 'string') : [],
  }
}

function listOf(resources: readonly {name: string; digest: string | null}[]): {listed: Listed; problem: Answer | null} {
  const listed = new Map(resources.map(({name, digest}) => [name, digest]))
  if (listed.size === resources.length && listed.size > 0) return {listed, problem: null}
  const what = listed.size === 0 ? 'It signs no file.' : 'It names one file twice.'
  return {listed, problem: contradiction(what)}
}

/** The subject’s digest is sha256 over the digests of all resources, in their order (`Payload` of model_signing). */
function rootProblem(resources: readonly {digest: string | null}[], expected: string | undefined): Answer | null {
  const hash = createHash('sha256')
  for (const {digest} of resources) hash.update(Buffer.from(digest ?? '', 'hex'))
  const root = hash.digest('hex')
  if (root === expected) return null
  return contradiction(`Its subject has the digest ${quote(expected ?? 'none')}, and its resources come to ${root}.`)
}

function contradiction(what: string): Answer {
  return {
    verdict: 'fail',
    reason: 'model/signature-contradicts',
    what,
    why: 'A statement that contradicts itself was not written by model signing.',
    remedy: 'Find out where the signature comes from, and sign the model again.',
  }
}

function verified(envelope: Envelope, {publicKey, trustedRoot}: SignatureExpectation): Promise<SignatureAnswer> {
  if (envelope.material.kind === 'public key') {
    return Promise.resolve(
      publicKey === undefined
        ? {kind: 'unverified', what: 'It is signed by a key, and no public key was given.'}
        : verifyByKey(envelope, publicKey),
    )
  }
  if (!envelope.material.witnessed) {
    const what = 'It is signed with a certificate of a private authority, which is not verified here.'
    return Promise.resolve({kind: 'unverified', what})
  }
  if (trustedRoot === undefined) {
    return Promise.resolve({kind: 'unverified', what: 'It is signed by an identity, and no trusted root was given.'})
  }
  return verifySigstore(envelope.json, trustedRoot)
}

function answerOf(answer: SignatureAnswer, expectation: SignatureExpectation): Answer {
  switch (answer.kind) {
    case 'valid':
      return signerAnswer(answer.signer, expectation)
    case 'invalid':
      return {
        verdict: 'fail',
        reason: 'model/signature-invalid',
        what: answer.what,
        why: 'What the signature says was not said by whom it should be.',
        remedy: 'Find out who signed the model, and with which key.',
      }
    case 'unverified':
      return {
        verdict: 'inconclusive',
        reason: 'model/signature-unverified',
        what: `The signature was not verified. ${answer.what}`,
        why: 'Anybody can write a file of digests.',
        remedy: 'Give model.safety.signature the public key, or a trusted root with identity and issuer.',
      }
  }
}

/** What a signature that holds is worth: by a key, or by the identity that was asked for. */
export function signerAnswer({identity, issuer, claims}: Signer, expectation: SignatureExpectation): Answer {
  const byKey = claims.size === 0 && issuer === null
  if (!byKey && (expectation.identity === undefined || expectation.issuer === undefined)) {
    return {
      verdict: 'inconclusive',
      reason: 'model/signature-anybody',
      what: `It is signed by ${quote(identity)} (vouched for by ${quote(issuer ?? 'nobody')}), and nobody said who must have signed it.`,
      why: 'Sigstore gives everybody a certificate: a signature says nothing until it is known whose it must be.',
      remedy: 'Give model.safety.signature both identity and issuer.',
    }
  }
  if (!byKey && (identity !== expectation.identity || issuer !== expectation.issuer)) {
    return {
      verdict: 'fail',
      reason: 'model/signature-by-another',
      what: `It is signed by ${quote(identity)} (vouched for by ${quote(issuer ?? 'nobody')}), and not by ${quote(expectation.identity ?? '')} (${quote(expectation.issuer ?? '')}).`,
      why: 'What the signature says was not said by whom it should be.',
      remedy: 'Find out who signed the model.',
    }
  }
  return {
    verdict: 'pass',
    reason: 'model/signature-held',
    what: `The signature by ${byKey ? identity : quote(identity)} holds, and every file has the digest that was signed.`,
  }
}

const remedy = 'Find out what changed; then sign the model again, or upload the one that was signed.'

function contentAnswers(
  files: readonly ModelFile[],
  {listed, ignored}: Extract<Signed, {kind: 'signed'}>,
  own: string | undefined,
): Answer[] {
  const isIgnored = (path: string) =>
    ignored.some(each => path === each || path.startsWith(`${each.replace(/\/+$/, '')}/`))
  const answers = holdAgainst(
    files,
    listed,
    {kind: 'signature', list: 'the signature', remedy},
    path => path === own || isIgnored(path),
  )
  const passed = files
    .map(({path}) => path)
    .filter(path => isIgnored(path) && path !== own && !listed.has(path) && !isGit(path))
  if (passed.length === 0) return [...answers]
  return [
    ...answers,
    {
      verdict: 'warn',
      reason: 'model/signature-ignores',
      what: `${filesCounted(passed.length)} of the model ${passed.length === 1 ? 'is' : 'are'} not signed, as the signature says that they are to be ignored: ${named(passed)}.`,
      why: 'What is not signed can be exchanged without anybody noticing.',
      remedy: 'Sign the model again without --ignore-paths, or take the files out of the folder.',
      files: passed,
    },
  ]
}

/** What model signing ignores unless told otherwise. */
function isGit(path: string): boolean {
  return /^\.git(\/|attributes$|ignore$|hub\/)/.test(path)
}
