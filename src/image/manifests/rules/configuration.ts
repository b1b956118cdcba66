/** What runs, where, and what it is told. */

import {isDigested, isLatest} from '../image-tag.ts'
import {eachContainer, inPod, pages, type WorkloadRule} from '../rule.ts'
import {looksSecret} from '../secret-names.ts'
import {at, cut, itemsAt, textAt} from '../tree.ts'

const digest: WorkloadRule = {
  of: 'workload',
  id: 'k8s-image-digest',
  severity: 'high',
  title: 'Image is not named by its digest',
  asks: 'Each image ends with `@sha256:…`.',
  why: 'A tag can be moved: what runs need not be what was scanned.',
  url: pages.images,
  judge: workload =>
    eachContainer(workload, container => {
      const image = textAt(container.tree, 'image')
      if (image === undefined || isDigested(image) || isLatest(image)) return undefined
      return {
        line: at(container.tree, 'image')?.line,
        seen: `image is ${cut(image, 160)}`,
        remedy: `Write ${container.path}.image with the digest of what was scanned: ${cut(image, 160)}@sha256:…`,
      }
    }),
}

const latest: WorkloadRule = {
  of: 'workload',
  id: 'k8s-image-latest',
  severity: 'high',
  title: 'Image is whatever is newest',
  asks: 'No image is without a tag, or has the tag `latest`, unless it has a digest.',
  why: 'Two pods of one release run different images, and there is nothing to roll back to.',
  url: pages.images,
  judge: workload =>
    eachContainer(workload, container => {
      const image = textAt(container.tree, 'image')
      const partial = container.partial || workload.pattern === 'autoscaled'
      if (image === undefined && partial) return undefined
      if (image !== undefined && (isDigested(image) || !isLatest(image))) return undefined
      return {
        line: at(container.tree, 'image')?.line,
        seen: image === undefined ? 'image is not set' : `image is ${cut(image, 160)}`,
        remedy: `Write ${container.path}.image with a version and its digest.`,
      }
    }),
}

const plainSecret: WorkloadRule = {
  of: 'workload',
  id: 'k8s-plain-secret',
  severity: 'high',
  title: 'Secret stands in the manifest',
  asks: 'No variable that is named as a secret has a `value`, and no value looks like a key of a known service.',
  why: 'Everybody who may read pods, or the repository, may read it.',
  url: pages.secrets,
  judge: workload =>
    workload.containers.flatMap(container =>
      itemsAt(container.tree, 'env').flatMap(variable => {
        const name = textAt(variable, 'name') ?? ''
        const value = textAt(variable, 'value')
        if (value === undefined || !looksSecret(name, value)) return []
        const line = at(variable, 'value')?.line ?? variable.line
        return [
          {
            container,
            ...inPod(workload, {
              line,
              // Never the value.
              seen: `the variable ${cut(name)} holds a secret as plain text`,
              remedy: `Put it into a Secret, write valueFrom.secretKeyRef for ${cut(name)}, and change the secret: it has been seen.`,
            }),
          },
        ]
      }),
    ),
}

const defaultNamespace: WorkloadRule = {
  of: 'workload',
  id: 'k8s-default-namespace',
  severity: 'low',
  title: 'It lives in the namespace "default"',
  asks: 'No workload names the namespace `default`. One that names none is where whoever applies it says.',
  why: 'Policies, quotas and rights of a namespace reach everything that nobody put anywhere.',
  url: pages.namespaces,
  judge: workload => {
    if (workload.object.namespace !== 'default') return []
    return [
      inPod(workload, {
        line: at(workload.object.tree, 'metadata', 'namespace')?.line,
        seen: 'metadata.namespace is default',
        remedy: 'Write a namespace of its own in metadata.namespace.',
      }),
    ]
  },
}

export const configurationRules: readonly WorkloadRule[] = [digest, latest, plainSecret, defaultNamespace]
