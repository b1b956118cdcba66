/** Services of Knative Serving. */
import type {ManifestObject, Unread} from '../objects.ts'
import {at, textAt} from '../tree.ts'
import type {Workload} from '../workload.ts'
import {fromTemplate} from './template.ts'

/** Knative Serving: the number of pods is an annotation, and no pods at all are the default. */
export function knative(object: ManifestObject): Workload | Unread {
  const found = fromTemplate(object, ['spec', 'template'], {pattern: 'autoscaled', replicas: null})
  if ('code' in found) return found
  const annotations = ['spec', 'template', 'metadata', 'annotations']
  const key = ['autoscaling.knative.dev/min-scale', 'autoscaling.knative.dev/minScale'].find(each =>
    at(object.tree, ...annotations, each),
  )
  const said = key === undefined ? undefined : at(object.tree, ...annotations, key)
  const count = Number(textAt(said) ?? 0)
  return {
    ...found,
    replicas: {
      count: Number.isInteger(count) ? count : 0,
      path: 'spec.template.metadata.annotations, autoscaling.knative.dev/min-scale',
      line: said?.line ?? object.line,
    },
  }
}
