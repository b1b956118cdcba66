import * as z from 'zod'
import {digestIn, digestsIn} from '../../../core/digest.ts'
import {isPlatformName, platformName} from '../platform.ts'
import {optional, type SbomSubject} from './subject.ts'

const syft = z.object({
  descriptor: z.object({name: z.literal('syft')}),
  artifacts: z.array(z.unknown()),
  source: z
    .object({
      type: optional,
      metadata: z
        .object({
          manifestDigest: optional,
          imageID: optional,
          repoDigests: z.array(z.string()).nullish().catch(null),
          os: optional,
          architecture: optional,
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
})

/** Null where it is another format. */
export function readSyft(json: unknown): SbomSubject | null {
  const parsed = syft.safeParse(json)
  return parsed.success ? subjectOf(parsed.data) : null
}

function subjectOf({source}: z.output<typeof syft>): SbomSubject {
  const metadata = source?.type === 'image' ? source.metadata : null
  const manifest = digestsIn([metadata?.manifestDigest ?? ''])
  return {
    digests: manifest.length > 0 ? manifest : digestsIn(metadata?.repoDigests ?? []),
    ofManifest: manifest.length > 0,
    configDigest: digestIn(metadata?.imageID ?? ''),
    platform: platformOf(metadata?.os ?? '', metadata?.architecture ?? ''),
  }
}

function platformOf(os: string, architecture: string): string | null {
  const platform = platformName({os, architecture, variant: ''})
  return isPlatformName(platform) ? platform : null
}
