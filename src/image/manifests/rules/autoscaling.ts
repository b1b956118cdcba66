/** Whether pods are added under load, and in time. */

import {eachContainer, inObject, inPod, pages, type Sighting, type WorkloadRule} from '../rule.ts'
import {at, cut, textAt} from '../tree.ts'
import type {Workload} from '../workload.ts'

const autoscaler: WorkloadRule = {
  of: 'workload',
  id: 'k8s-autoscaler',
  severity: 'low',
  title: 'Nothing adds pods under load',
  asks: 'A HorizontalPodAutoscaler or ScaledObject for Deployments, StatefulSets and Rollouts.',
  why: 'A peak meets as many pods as a quiet night.',
  url: pages.autoscaling,
  judge: (workload, cluster, {'replicas-at-least': least}) => {
    if (!scalable(workload) || cluster.autoscalersOf(workload).length > 0) return []
    const {kind, name} = workload.object
    return [
      inPod(workload, {
        line: workload.object.line,
        seen: 'no autoscaler names it',
        remedy: `Add a HorizontalPodAutoscaler with scaleTargetRef.name: ${cut(name)} (${kind}), minReplicas: ${least}, maxReplicas: 10, and CPU at 70 %.`,
      }),
    ]
  },
}

/** Percent of the request, from the deployment guide whose figures are our defaults. */
const mostUtilisation: ReadonlyMap<string, number> = new Map([
  ['cpu', 70],
  ['memory', 80],
])

const autoscalerTargets: WorkloadRule = {
  of: 'workload',
  id: 'k8s-autoscaler-targets',
  severity: 'low',
  title: 'Its autoscaler cannot keep up',
  asks: 'An autoscaler has more pods to add than its least, and adds them at 70 % of CPU or 80 % of memory at the latest.',
  why: 'A pod that loads a model takes minutes: what begins at 95 % comes too late.',
  url: pages.autoscaling,
  judge: (workload, cluster) =>
    cluster
      .autoscalersOf(workload)
      .slice(0, 2)
      .flatMap(each => {
        const said = (seen: string, remedy: string): Sighting =>
          inObject(each.object, {seen: `its autoscaler ${cut(each.object.name)} ${seen}`, remedy})
        if (each.most !== null && each.most <= each.least) {
          return [said(`has ${each.least} pods at least and ${each.most} at most`, 'Write a higher maxReplicas in it.')]
        }
        return [...each.utilisation].flatMap(([resource, share]) => {
          const most = mostUtilisation.get(resource)
          if (most === undefined || share <= most) return []
          return [said(`adds pods at ${share} % of ${resource}`, `Write averageUtilization: ${most} for ${resource}.`)]
        })
      }),
}

const autoscalerBlind: WorkloadRule = {
  of: 'workload',
  id: 'k8s-autoscaler-blind',
  severity: 'high',
  title: 'Its autoscaler has nothing to go by',
  asks: 'Where an autoscaler goes by a share of the request, each container has that request.',
  why: 'The share cannot be computed, and no pod is ever added.',
  url: pages.autoscaling,
  judge: (workload, cluster) => {
    const wanted = new Set(cluster.autoscalersOf(workload).flatMap(each => [...each.utilisation.keys()]))
    if (wanted.size === 0) return []
    return eachContainer(workload, container => {
      if (container.role !== 'main' && container.role !== 'sidecar') return undefined
      const missing = [...wanted].find(resource => {
        const said = ['requests', 'limits'].some(
          field => at(container.tree, 'resources', field, resource) ?? at(workload.pod, 'resources', field, resource),
        )
        return !said && !cluster.hasDefault(workload, 'requests', resource)
      })
      if (missing === undefined) return undefined
      return {
        seen: `an autoscaler goes by its ${cut(missing)}, and resources.requests.${cut(missing)} is not set`,
        remedy: `Write ${container.path}.resources.requests.${cut(missing)}.`,
      }
    })
  },
}

const replicasBesideAutoscaler: WorkloadRule = {
  of: 'workload',
  id: 'k8s-replicas-beside-autoscaler',
  severity: 'low',
  title: 'Each apply undoes the autoscaler',
  asks: '`replicas` is left out where an autoscaler decides.',
  why: 'Applying the manifest sets the number back, in the middle of a peak.',
  url: pages.autoscaling,
  judge: (workload, cluster) => {
    const said = at(workload.object.tree, 'spec', 'replicas')
    if (!scalable(workload) || !said || cluster.autoscalersOf(workload).length === 0) return []
    return [
      inPod(workload, {
        line: said.line,
        seen: `spec.replicas is ${cut(textAt(said) ?? '')}, and an autoscaler names it`,
        remedy: 'Remove spec.replicas.',
      }),
    ]
  },
}

function scalable({pattern, object}: Workload): boolean {
  return pattern === 'replicated' && ['Deployment', 'StatefulSet', 'Rollout'].includes(object.kind)
}

export const autoscalingRules: readonly WorkloadRule[] = [
  autoscaler,
  autoscalerTargets,
  autoscalerBlind,
  replicasBesideAutoscaler,
]
