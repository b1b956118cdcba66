import type {AttestationConfig, SafetyConfig, SignatureConfig} from '../../../config/safety-schema.ts'
import {UserError} from '../../../core/failure.ts'
import type {Finding} from '../../../core/finding.ts'
import type {Files} from '../../../runtime/files.ts'
import type {ModelFiles} from '../../gather-model-files.ts'
import {verifyAttestation} from './attestation.ts'
import {verifyManifest} from './manifest.ts'
import {verifyModelSigning} from './model-signing.ts'

/** The model that must be the one meant. */
export interface HeldModel {
  /** File or folder, as the config names it. */
  readonly root: string
  readonly files: ModelFiles
}

/**
 * Holds a model against the manifest, the signature and the attestation that the config names; empty where it names
 * none. What cannot be read is a finding, and never a pass.
 */
export async function gatherProvenance(
  files: Files,
  {manifest, signature, attestation}: SafetyConfig,
  model: HeldModel,
): Promise<readonly Finding[]> {
  const at = async (path: string) => ({path, text: await files.readText(path), ...ownPath(path, model.root)})
  const byManifest = async (file: string) => verifyManifest(await at(file), model.files.files)
  const bySignature = async ({file, 'public-key': key, 'trusted-root': root, identity, issuer}: SignatureConfig) =>
    verifyModelSigning(await at(file), model.files.files, {
      ...(key === undefined ? {} : {publicKey: await files.readText(key)}),
      ...(root === undefined ? {} : {trustedRoot: await files.readText(root)}),
      ...(identity === undefined ? {} : {identity}),
      ...(issuer === undefined ? {} : {issuer}),
    })
  const byAttestation = async ({file, repository, workflow, ref, 'trusted-root': root}: AttestationConfig) =>
    verifyAttestation(await at(file), model.files, {
      repository,
      ...(workflow === undefined ? {} : {workflow}),
      ...(ref === undefined ? {} : {ref}),
      ...(root === undefined ? {} : {trustedRoot: await files.readText(root)}),
    })
  return [
    ...(manifest ? await answered('model/manifest-holds', manifest, () => byManifest(manifest)) : []),
    ...(signature ? await answered('model/signature-holds', signature.file, () => bySignature(signature)) : []),
    ...(attestation
      ? await answered('model/attestation-holds', attestation.file, () => byAttestation(attestation))
      : []),
  ]
}

/** Its path in the model folder where it stands there: a list does not list itself. */
function ownPath(path: string, root: string): {readonly own?: string} {
  const folder = `${plain(root).replace(/\/+$/, '')}/`
  return plain(path).startsWith(folder) ? {own: plain(path).slice(folder.length)} : {}
}

function plain(path: string): string {
  return path.replace(/^(\.\/)+/, '')
}

/** A file that is not there, or no key, holds the model to nothing. */
async function answered(
  id: Finding['id'],
  subject: string,
  verify: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await verify()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const {code, message, hint} = error
    return [
      {
        id,
        subject,
        verdict: 'error',
        reason: code,
        what: message,
        why: 'The config asks for it, so without it nothing passes.',
        ...(hint === undefined ? {} : {remedy: hint}),
      },
    ]
  }
}
