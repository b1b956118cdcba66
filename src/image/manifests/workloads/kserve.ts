/** InferenceServices of KServe. */
import type {ManifestObject, Unread} from '../objects.ts'
import {at, textMapAt} from '../tree.ts'
import type {Container, Workload} from '../workload.ts'
import {assemble, containersOf, type Shape, withoutPods} from './template.ts'

/** Keys of a predictor that hold a model server, whose image, probes and context KServe's runtime adds. */
const servers = [
  ...['model', 'sklearn', 'xgboost', 'tensorflow', 'pytorch', 'triton', 'onnx', 'huggingface', 'pmml', 'lightgbm'],
  ...['paddle', 'art'],
]

/** KServe: up to three parts, each a pod specification with the fields of its autoscaling beside it. */
export function inferenceService(object: ManifestObject): readonly (Workload | Unread)[] {
  const parts = ['predictor', 'transformer', 'explainer'].filter(part => at(object.tree, 'spec', part))
  if (parts.length === 0) return [withoutPods(object, 'spec.predictor')]
  return parts.map(part => {
    const pod = at(object.tree, 'spec', part)
    const podPath = `spec.${part}`
    if (pod?.kind !== 'mapping') return withoutPods(object, podPath)
    const served = servers.flatMap((key): Container[] => {
      const tree = at(pod, key)
      if (tree?.kind !== 'mapping') return []
      return [{name: 'kserve-container', role: 'main', tree, path: `${podPath}.${key}`, partial: true}]
    })
    const containers = [...containersOf(pod, podPath), ...served]
    if (containers.length === 0) return withoutPods(object, `${podPath}.containers`)
    const shape: Shape = {pattern: 'autoscaled', replicas: ['spec', part, 'minReplicas'], part}
    const workload = assemble(object, pod, podPath, undefined, containers, shape)
    return {
      ...workload,
      // KServe passes its own labels on to the pods, and adds these (kserve, pkg/constants).
      podLabels: new Map([
        ...textMapAt(object.tree, 'metadata', 'labels'),
        ...textMapAt(pod, 'labels'),
        ['serving.kserve.io/inferenceservice', object.name],
        ['component', part],
      ]),
      podAnnotations: new Map([...textMapAt(object.tree, 'metadata', 'annotations'), ...textMapAt(pod, 'annotations')]),
    }
  })
}
