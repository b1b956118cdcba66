/** What an image's own config says that stands against running it. */

import type {Misconfiguration} from '../scan.ts'
import {isRoot} from './dockerfile.ts'
import {type About, misconfigured} from './rule.ts'
import {cut} from './tree.ts'

/** Of `ImageFacts`, as much as is asked here. */
interface Facts {
  readonly user: string | null
  readonly base: {readonly name: string | null; readonly digest: string | null} | null
  readonly sizeBytes: number | null
}

const rules = {
  root: {
    id: 'image-run-as-root',
    severity: 'high',
    title: 'Image runs as root',
    asks: 'The image’s config names a user other than root.',
    why: 'Root in a container is root on its node as soon as anything else gives way.',
    url: 'https://docs.docker.com/build/building/best-practices/#user',
  },
  base: {
    id: 'image-base-unknown',
    severity: 'negligible',
    title: 'Image does not say what it is built on',
    asks: 'The annotations `org.opencontainers.image.base.name` and `.digest` are there: advice.',
    why: 'Nobody can tell what the base image brings in, nor that a newer one would remove it.',
    url: 'https://specs.opencontainers.org/image-spec/annotations/',
  },
} as const satisfies Record<string, About>

export const imageFactRules: readonly About[] = Object.values(rules)

/**
 * @param label as the caller named the image
 * @returns nothing about what `facts` does not know: an SBOM has no user
 */
export function checkImageFacts(facts: Facts, label: string): readonly Misconfiguration[] {
  const flaws: Misconfiguration[] = []
  if (facts.user !== null && isRoot(facts.user)) {
    const seen = facts.user.trim() === '' ? 'names no user, which means root' : `names the user ${cut(facts.user)}`
    flaws.push(
      said(
        rules.root,
        `The config of ${cut(label, 200)} ${seen}.`,
        'Write USER with a number other than 0 in its Dockerfile.',
      ),
    )
  }
  const {user, base, sizeBytes} = facts
  const isImage = user !== null || sizeBytes !== null
  if (isImage && (base === null || (base.name === null && base.digest === null))) {
    const remedy = 'Build with annotations: docker buildx build --annotation, or the label of your build tool.'
    flaws.push(said(rules.base, `${cut(label, 200)} has no annotation that names its base image.`, remedy))
  }
  return flaws
}

function said(rule: About, message: string, remedy: string): Misconfiguration {
  return misconfigured(rule, {kind: 'image', path: ''}, message, remedy)
}
