/** How many pods there are, where they stand, and whether a release leaves some of them. */

import {leastPods, scalersOf} from '../cluster.ts'
import {inObject, inPod, pages, type WorkloadRule} from '../rule.ts'
import {selects} from '../selector.ts'
import {at, cut, itemsAt, type Tree, textAt} from '../tree.ts'
import {labelsOf, type Workload} from '../workload.ts'

const replicas: WorkloadRule = {
  of: 'workload',
  id: 'k8s-replicas',
  severity: 'high',
  title: 'Too few pods',
  asks: 'At least `image.manifests.replicas-at-least` (3) pods, by `replicas` or by the least of its autoscaler. Not asked of DaemonSets, jobs and pods.',
  why: 'With fewer than three, one node that goes takes half of the service with it, or all.',
  url: pages.replicas,
  judge: (workload, cluster, {'replicas-at-least': least}) => {
    if (!workload.replicas) return []
    const [autoscaler] = scalersOf(workload, cluster)
    const count = leastPods(workload, cluster)
    if (count >= least) return []
    if (autoscaler) {
      const field = autoscaler.object.kind === 'ScaledObject' ? 'minReplicaCount' : 'minReplicas'
      return [
        inObject(autoscaler.object, {
          line: at(autoscaler.object.tree, 'spec', field)?.line ?? autoscaler.object.line,
          seen: `its autoscaler ${cut(autoscaler.object.name)} goes down to ${count}`,
          remedy: `Write spec.${field}: ${least} in it.`,
        }),
      ]
    }
    const {path, line} = workload.replicas
    return [
      {
        file: workload.object.file,
        line,
        seen: count === 1 ? 'it asks for 1 pod' : `it asks for ${count} pods`,
        remedy: `Write ${path}: ${least}${path.includes(',') ? '' : ' or more'}.`,
      },
    ]
  },
}

const spread: WorkloadRule = {
  of: 'workload',
  id: 'k8s-spread',
  severity: 'medium',
  title: 'All pods may stand on one node',
  asks: '`topologySpreadConstraints` or `podAntiAffinity` that select the pods themselves, for what has several.',
  why: 'One node that fails takes every replica with it.',
  url: pages.spread,
  judge: (workload, cluster) => {
    if (workload.pattern !== 'replicated' || leastPods(workload, cluster) < 2) return []
    if (isSpread(workload)) return []
    return [
      inPod(workload, {
        seen: 'neither topologySpreadConstraints nor podAntiAffinity select its pods',
        remedy: `Write ${workload.podPath}.topologySpreadConstraints with topologyKey: kubernetes.io/hostname, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway and ${labelsOf(workload)}.`,
      }),
    ]
  },
}

function isSpread({pod, podLabels}: Workload): boolean {
  const own = (selector: Tree | undefined): boolean => selects(selector, podLabels)
  if (itemsAt(pod, 'topologySpreadConstraints').some(each => own(at(each, 'labelSelector')))) return true
  const affinity = at(pod, 'affinity', 'podAntiAffinity')
  const hard = itemsAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution')
  const soft = itemsAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').flatMap(
    each => at(each, 'podAffinityTerm') ?? [],
  )
  return [...hard, ...soft].some(each => own(at(each, 'labelSelector')))
}

const recreate: WorkloadRule = {
  of: 'workload',
  id: 'k8s-recreate',
  severity: 'medium',
  title: 'Each release begins with an outage',
  asks: 'A Deployment does not have the strategy `Recreate`.',
  why: 'All old pods go before the first new one comes, which takes as long as a model takes to load.',
  url: pages.replicas,
  judge: workload => {
    const type = at(workload.object.tree, 'spec', 'strategy', 'type')
    if (workload.object.kind !== 'Deployment' || textAt(type) !== 'Recreate') return []
    return [
      inPod(workload, {
        line: type?.line,
        seen: 'spec.strategy.type is Recreate',
        remedy: 'Write spec.strategy.type: RollingUpdate.',
      }),
    ]
  },
}

/** Kinds whose selector the API compares with the labels of their pods. */
const selecting = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'Rollout'])

const selectorMismatch: WorkloadRule = {
  of: 'workload',
  id: 'k8s-selector-mismatch',
  severity: 'high',
  title: 'Workload does not select its own pods',
  asks: 'The labels of the pods match `spec.selector` of their workload.',
  why: 'Kubernetes refuses it.',
  url: pages.replicas,
  judge: workload => {
    const selector = at(workload.object.tree, 'spec', 'selector')
    if (!selecting.has(workload.object.kind) || !selector || selects(selector, workload.podLabels)) return []
    return [
      inPod(workload, {
        line: selector.line,
        seen: 'spec.selector does not match the labels of its pods',
        remedy: 'Write the same labels in spec.selector.matchLabels and in spec.template.metadata.labels.',
      }),
    ]
  },
}

const priority: WorkloadRule = {
  of: 'workload',
  id: 'k8s-priority-class',
  severity: 'low',
  title: 'Pod has no priority',
  asks: '`priorityClassName` for what serves.',
  why: 'When nodes are full, a batch job of the same priority keeps its place, and the service waits.',
  url: pages.priority,
  judge: workload => {
    if (workload.pattern !== 'replicated' || at(workload.pod, 'priorityClassName')) return []
    return [
      inPod(workload, {
        seen: 'priorityClassName is not set',
        remedy: `Write ${workload.podPath}.priorityClassName with a PriorityClass of the cluster.`,
      }),
    ]
  },
}

export const availabilityRules: readonly WorkloadRule[] = [replicas, spread, recreate, selectorMismatch, priority]
