import * as z from 'zod'
import {digestIn, digestsIn} from '../../../core/digest.ts'
import {imageVersion, optional, type SbomSubject} from './subject.ts'

const property = z.object({name: z.string(), value: z.string()}).catch({name: '', value: ''})
const cycloneDx = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z
    .object({
      component: z
        .object({
          name: optional,
          version: optional,
          purl: optional,
          'bom-ref': optional,
          properties: z.array(property).nullish().catch(null),
          hashes: z
            .array(z.object({alg: z.string(), content: z.string()}))
            .nullish()
            .catch(null),
        })
        .nullish()
        .catch(null),
      properties: z.array(property).nullish().catch(null),
    })
    .nullish()
    .catch(null),
})

/** Null where it is another format. */
export function readCycloneDx(json: unknown): SbomSubject | null {
  const parsed = cycloneDx.safeParse(json)
  return parsed.success ? subjectOf(parsed.data) : null
}

function subjectOf({metadata}: z.output<typeof cycloneDx>): SbomSubject {
  const component = metadata?.component
  const properties = [...(component?.properties ?? []), ...(metadata?.properties ?? [])]
  const of = (name: string) => properties.filter(each => each.name === name).map(each => each.value)
  const purls = [component?.purl, component?.['bom-ref']].map(each => each ?? '')
  const version = digestsIn([component?.version ?? ''])
  return {
    // Syft writes the manifest as the version.
    digests:
      version.length > 0 ? version : digestsIn([...purls.map(imageVersion), ...of('aquasecurity:trivy:RepoDigest')]),
    ofManifest: version.length > 0,
    configDigest: digestIn(of('aquasecurity:trivy:ImageID')[0] ?? ''),
    // A package URL has an architecture and no system.
    platform: null,
  }
}
