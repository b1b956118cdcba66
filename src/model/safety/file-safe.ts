import {assertNever} from '../../core/assert.ts'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import type {Verdict} from '../../core/verdict.ts'
import type {FileContent} from '../readers/model-file.ts'

const id = 'model/file-safe'

const toSafetensors =
  'Convert it on a machine that trusts it: load the weights there, then safetensors.torch.save_file(model.state_dict(), "model.safetensors"), and promote that file.'

interface Answer {
  readonly verdict: Verdict
  readonly reason: ReasonCode
  readonly what: string
  readonly why: string
  readonly remedy: string
}

/** One file under the policy `weights-only`; null where there is nothing to object to. */
export function judgeFile(path: string, content: FileContent): Finding | null {
  const answer = answerFor(path, content)
  return answer && {id, subject: path, ...answer}
}

/** A link may lead out of the folder, and its target is not part of the digest. */
export function judgeLink(path: string): Finding {
  return {
    id,
    subject: path,
    verdict: 'fail',
    reason: 'model/symbolic-link',
    what: `${path} is a symbolic link.`,
    why: 'What it points to may change after validation, without a change of the model’s digest.',
    remedy: 'Put the file itself in its place.',
  }
}

/** Whether a file holds weights that could be checked. */
export function isCheckedWeights(content: FileContent): boolean {
  return content.kind === 'safetensors' && content.answer.kind === 'valid'
}

function answerFor(path: string, content: FileContent): Answer | null {
  switch (content.kind) {
    case 'text':
    case 'empty':
      return null
    case 'safetensors':
      return content.answer.kind === 'valid' ? null : malformed(path, content.answer)
    case 'pickle':
      return {
        verdict: 'fail',
        reason: 'model/pickle-refused',
        what: `${path} is a pickle (${content.how}).`,
        why: 'A pickle is a program: whoever loads it runs what its author wrote into it. The policy weights-only admits none, and it was not opened.',
        remedy: toSafetensors,
      }
    case 'archive':
      return {
        verdict: 'fail',
        reason: 'model/archive-refused',
        what: `${path} is a ${content.format} archive.`,
        why: 'What is inside has not been looked at; model archives usually hold pickles or program text.',
        remedy: 'Unpack it and promote its weights as safetensors.',
      }
    case 'compressed':
      return {
        verdict: 'inconclusive',
        reason: 'model/compressed-not-read',
        what: `${path} is compressed with ${content.format}.`,
        why: 'What is inside has not been looked at.',
        remedy: 'Unpack it, so that it can be checked.',
      }
    case 'native code':
      return {
        verdict: 'fail',
        reason: 'model/native-code',
        what: `${path} is machine code (${content.format}).`,
        why: 'Code beside weights is run by some loaders, and is not what was validated.',
        remedy: 'Ship code in the image, where it is scanned.',
      }
    case 'source code':
      return {
        verdict: 'fail',
        reason: 'model/code-beside-weights',
        what: `${path} is program text: ${content.how}.`,
        why: 'Code beside weights is run by some loaders (trust_remote_code, custom handlers), and is not what was validated.',
        remedy: 'Ship code in the image, where it is scanned and reviewed.',
      }
    case 'other model format':
      return {
        verdict: 'inconclusive',
        reason: 'model/format-not-read',
        what: `${path} is a ${content.format} file, which is not read yet.`,
        why: 'A format that cannot be read cannot be shown to hold nothing but weights.',
        remedy: 'Promote the weights as safetensors.',
      }
    case 'unknown':
      return {
        verdict: 'inconclusive',
        reason: 'model/unknown-format',
        what: `The format of ${path} is unknown; it starts with the bytes ${content.firstBytes}.`,
        why: 'A format that cannot be read cannot be shown to hold nothing but weights.',
        remedy: 'Remove it from the model folder, or promote the weights as safetensors.',
      }
    case 'polyglot':
      return {
        verdict: 'fail',
        reason: 'model/polyglot',
        what: `${path} reads as ${content.first === 'unknown' ? 'an unknown format' : content.first}, and as a ${content.second} too.`,
        why: 'Two readers would see two different files; one of them may see a program.',
        remedy: 'Write the file again from the weights alone.',
      }
    default:
      return assertNever(content)
  }
}

function malformed(path: string, {reason, what}: {reason: ReasonCode; what: string}): Answer {
  return {
    verdict: 'fail',
    reason,
    what: `${path} is not a valid safetensors file. ${what}`,
    why: 'A damaged or crafted file fails in the service, or reads differently there than here.',
    remedy: 'Write the file again, and check that it was uploaded whole.',
  }
}
