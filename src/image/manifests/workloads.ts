/** Objects -> workloads: which of them run pods, and where in them the pods are described. */
import {type ManifestObject, notRendered, tooLarge, type Unread} from './objects.ts'
import {at, textAt} from './tree.ts'
import type {Pattern, Workload} from './workload.ts'
import {byShape} from './workloads/by-shape.ts'
import {knative} from './workloads/knative.ts'
import {inferenceService} from './workloads/kserve.ts'
import {fromTemplate, labelOf, replicasAt, withoutPods} from './workloads/template.ts'

export interface Workloads {
  readonly workloads: readonly Workload[]
  readonly unread: readonly Unread[]
}

/** Kinds whose pods lie at `spec.template`, by group and kind. */
const templated: ReadonlyMap<string, Pattern> = new Map([
  ['apps/Deployment', 'replicated'],
  ['apps/StatefulSet', 'replicated'],
  ['apps/ReplicaSet', 'replicated'],
  ['apps/DaemonSet', 'daemon'],
  ['extensions/Deployment', 'replicated'],
  ['extensions/ReplicaSet', 'replicated'],
  ['extensions/DaemonSet', 'daemon'],
  ['/ReplicationController', 'replicated'],
  ['argoproj.io/Rollout', 'replicated'],
  ['batch/Job', 'task'],
])

/** An alias makes a container of five signs: without a limit a short text would have millions of findings. */
const mostContainers = 20_000

/** Everything among the objects that runs pods. An object that should and describes none is unread. */
export function workloadsIn(objects: readonly ManifestObject[]): Workloads {
  const workloads: Workload[] = []
  const unread: Unread[] = []
  const owned = referencedByRollouts(objects)
  const byKey = new Map(objects.map(each => [keyOf(each.kind, each.name, each.namespace), each]))
  let containers = 0
  for (const object of objects) {
    const key = keyOf(object.kind, object.name, object.namespace)
    // Only the very object that the Rollout's pods are taken from: it is asked in the Rollout's name.
    const isOwned = owned.has(key) && byKey.get(key) === object
    for (const each of isOwned ? [] : workloadsOf(object, byKey)) {
      if ('code' in each) {
        unread.push(each)
        continue
      }
      containers += each.containers.length
      if (containers > mostContainers) {
        unread.push(
          tooLarge(object.file, object.line, `more than ${mostContainers} containers, counted with those before it`),
        )
        return {workloads, unread}
      }
      const template = each.containers.find(container => textAt(container.tree, 'image')?.includes('{{'))
      if (template) unread.push(notRendered(object.file, at(template.tree, 'image')?.line ?? template.tree.line))
      else workloads.push(each)
    }
  }
  return {workloads, unread}
}

type ByKey = ReadonlyMap<string, ManifestObject>

function workloadsOf(object: ManifestObject, objects: ByKey): readonly (Workload | Unread)[] {
  const kind = `${object.group}/${object.kind}`
  const pattern = templated.get(kind)
  if (kind === 'argoproj.io/Rollout' && at(object.tree, 'spec', 'workloadRef')) return [ofReference(object, objects)]
  if (pattern) {
    return [
      fromTemplate(object, ['spec', 'template'], {
        pattern,
        replicas: pattern === 'replicated' ? ['spec', 'replicas'] : null,
      }),
    ]
  }
  switch (kind) {
    case 'batch/CronJob':
      return [fromTemplate(object, ['spec', 'jobTemplate', 'spec', 'template'], {pattern: 'task', replicas: null})]
    case '/Pod':
      return [fromTemplate(object, [], {pattern: 'pod', replicas: null})]
    case 'serving.knative.dev/Service':
      return [knative(object)]
    case 'serving.kserve.io/InferenceService':
      return inferenceService(object)
    case 'apiextensions.k8s.io/CustomResourceDefinition':
      return []
    default:
      return byShape(object)
  }
}

/** Argo Rollouts may take the pods of a Deployment that stands beside it (`workloadRef`) and runs none itself. */
function ofReference(rollout: ManifestObject, objects: ByKey): Workload | Unread {
  const reference = at(rollout.tree, 'spec', 'workloadRef')
  const kind = textAt(reference, 'kind') ?? ''
  const name = textAt(reference, 'name') ?? ''
  const target = objects.get(keyOf(kind, name, rollout.namespace))
  const template = kind === 'PodTemplate' ? ['template'] : ['spec', 'template']
  const found = target && fromTemplate(target, template, {pattern: 'replicated', replicas: null})
  if (!found) return withoutPods(rollout, `${kind} ${name}, to which spec.workloadRef points`)
  if ('code' in found) return found
  return {...found, object: rollout, label: labelOf(rollout), replicas: replicasAt(rollout, ['spec', 'replicas'])}
}

function referencedByRollouts(objects: readonly ManifestObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({group, kind}) => group === 'argoproj.io' && kind === 'Rollout')
      .map(({tree, namespace}) => {
        const reference = at(tree, 'spec', 'workloadRef')
        return keyOf(textAt(reference, 'kind') ?? '', textAt(reference, 'name') ?? '', namespace)
      }),
  )
}

function keyOf(kind: string, name: string, namespace: string | null): string {
  return JSON.stringify([kind, name, namespace])
}
