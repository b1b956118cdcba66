/** What a Grype report is about (`grype/presenter/models/source.go`; an image as Syft describes it, `ImageMetadata`). */
import {digestsIn, isDigest} from '../../../core/digest.ts'
import {UserError} from '../../../core/failure.ts'
import type {Scan} from '../../scan.ts'
import {type Part, partOf, requiredText, textOf, textsOf} from '../fields.ts'

export type Subject = Pick<Scan, 'image' | 'digests' | 'configDigest' | 'platform'>

/** @throws UserError `image/report-not-of-an-image` */
export function readSubject(report: Part, source: string): Subject {
  const about = partOf(report, 'source')
  const type = about === undefined ? 'unknown' : requiredText(about, 'type')
  switch (type) {
    case 'image': {
      const target = about && partOf(about, 'target')
      return target === undefined ? unnamed('unknown') : imageOf(target)
    }
    // An SBOM that does not say what it is of.
    case 'sbom-file':
    case 'unknown':
      return unnamed((about && textIn(about)) ?? 'unknown')
    default:
      throw new UserError(
        'image/report-not-of-an-image',
        `${source} is a Grype report of a "${type.slice(0, 40)}", not of an image or of an SBOM.`,
        {hint: 'Scan the image itself: `grype registry:<image>@sha256:… -o json=<file>`.'},
      )
  }
}

function unnamed(image: string): Subject {
  return {image, digests: [], configDigest: null, platform: null}
}

/** `target` is text for everything that is no image. */
function textIn(about: Part): string | undefined {
  const {target} = about.fields
  return typeof target === 'string' && target !== '' ? target : undefined
}

function imageOf(target: Part): Subject {
  const name = textOf(target, 'userInput') || 'unknown'
  const id = textOf(target, 'imageID') ?? ''
  const named = [textOf(target, 'manifestDigest') ?? '', ...textsOf(target, 'repoDigests'), name]
  return {
    image: name,
    digests: digestsIn(named),
    configDigest: isDigest(id) ? id : null,
    platform: platformOf(target),
  }
}

function platformOf(target: Part): string | null {
  const os = textOf(target, 'os')
  const architecture = textOf(target, 'architecture')
  if (!os || !architecture) return null
  const variant = textOf(target, 'architectureVariant')
  return [os, architecture, ...(variant ? [variant] : [])].join('/')
}
