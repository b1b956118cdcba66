/** Questions to all objects together. */

import type {Cluster} from '../cluster.ts'
import type {ManifestObject} from '../objects.ts'
import {type ClusterRule, inObject, pages} from '../rule.ts'
import {at, cut, textMapAt} from '../tree.ts'
import type {Workload} from '../workload.ts'

const duplicate: ClusterRule = {
  of: 'cluster',
  id: 'k8s-duplicate-object',
  severity: 'high',
  title: 'Object stands twice in the manifests',
  asks: 'No two objects have the same group, kind, namespace and name.',
  why: 'The one that is applied last wins, and which one that is depends on the order of files.',
  url: pages.objects,
  judge: ({objects}) => {
    const first = new Map<string, ManifestObject>()
    return objects.flatMap(object => {
      // Of objects that get a name when they are made there may be several.
      if (object.name === '' || object.generated) return []
      const key = JSON.stringify([object.group, object.kind, object.namespace, object.name])
      const other = first.get(key)
      if (!other) {
        first.set(key, object)
        return []
      }
      const seen = `it stands in ${cut(other.file, 160)} at line ${other.line} already`
      return [{label: nameOf(object), ...inObject(object, {seen, remedy: 'Keep one of them.'})}]
    })
  },
}

/** Versions of the API that Kubernetes no longer serves, with the release that took them away (deprecation guide). */
const removed: ReadonlyMap<string, string> = new Map([
  ['extensions/v1beta1', '1.16 (Ingress: 1.22)'],
  ['apps/v1beta1', '1.16'],
  ['apps/v1beta2', '1.16'],
  ['batch/v1beta1', '1.25'],
  ['policy/v1beta1', '1.25'],
  ['autoscaling/v2beta1', '1.25'],
  ['autoscaling/v2beta2', '1.26'],
  ['networking.k8s.io/v1beta1', '1.22'],
  ['rbac.authorization.k8s.io/v1beta1', '1.22'],
  ['apiextensions.k8s.io/v1beta1', '1.22'],
  ['admissionregistration.k8s.io/v1beta1', '1.22'],
  ['scheduling.k8s.io/v1beta1', '1.22'],
  ['storage.k8s.io/v1beta1', '1.27'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', '1.29'],
  ['flowcontrol.apiserver.k8s.io/v1beta3', '1.32'],
])

const removedVersion: ClusterRule = {
  of: 'cluster',
  id: 'k8s-removed-version',
  severity: 'high',
  title: 'Kubernetes no longer knows this version',
  asks: 'No object is of an API version that Kubernetes has removed.',
  why: 'The API refuses the object, in the middle of a rollout.',
  url: pages.removed,
  judge: ({objects}) =>
    objects.flatMap(object => {
      const since = removed.get(object.apiVersion)
      if (since === undefined) return []
      const seen = `apiVersion ${object.apiVersion} was removed in Kubernetes ${since}`
      const remedy = 'Write the version that the deprecation guide names.'
      return [{label: nameOf(object), ...inObject(object, {seen, remedy})}]
    }),
}

const service: ClusterRule = {
  of: 'cluster',
  id: 'k8s-service-without-pods',
  severity: 'medium',
  title: 'Service has no pods',
  asks: 'A Service with a selector selects the pods of a workload in these manifests.',
  why: 'Its callers get an error, while every pod is well.',
  url: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  judge: ({objects}, workloads) => {
    const near = Map.groupBy(workloads, workload => workload.object.namespace)
    return objects.flatMap(object => {
      const selector = [...textMapAt(object.tree, 'spec', 'selector')]
      if (object.kind !== 'Service' || object.group !== '' || selector.length === 0) return []
      const selected = near
        .get(object.namespace)
        ?.some(({podLabels}) => selector.every(([key, value]) => podLabels.get(key) === value))
      if (selected) return []
      const words = selector.slice(0, 3).map(([key, value]) => `${cut(key)}: ${cut(value)}`)
      return [
        {
          label: nameOf(object),
          ...inObject(object, {
            line: at(object.tree, 'spec', 'selector')?.line ?? object.line,
            seen: `no pods of these manifests have the labels ${words.join(', ')}`,
            remedy: 'Write the labels of its pods in spec.selector, or give the manifest of its workload too.',
          }),
        },
      ]
    })
  },
}

function perNamespace(
  about: Pick<ClusterRule, 'id' | 'title' | 'asks' | 'why' | 'url'>,
  kind: string,
  remedy: string,
): ClusterRule {
  return {
    of: 'cluster',
    severity: 'negligible',
    ...about,
    judge: (cluster: Cluster, workloads: readonly Workload[]) => {
      const asked = new Set<string | null>()
      const having = new Set(cluster.objects.filter(each => each.kind === kind).map(each => each.namespace))
      return workloads.flatMap(({object}) => {
        if (asked.has(object.namespace) || having.has(object.namespace)) return []
        asked.add(object.namespace)
        const label =
          object.namespace === null ? 'The namespace that is chosen on apply' : `Namespace ${cut(object.namespace)}`
        return [{label, ...inObject(object, {seen: `these manifests hold no ${kind} for it`, remedy})}]
      })
    },
  }
}

const quota = perNamespace(
  {
    id: 'k8s-resource-quota',
    title: 'Namespace has no quota here',
    asks: 'A ResourceQuota in each namespace that has workloads: advice, since most clusters keep it elsewhere.',
    why: 'One service that scales without end takes the cluster.',
    url: pages.quota,
  },
  'ResourceQuota',
  'Add a ResourceQuota, or keep the one of the platform.',
)

const limitRange = perNamespace(
  {
    id: 'k8s-limit-range',
    title: 'Namespace has no defaults for resources here',
    asks: 'A LimitRange in each namespace that has workloads: advice, since most clusters keep it elsewhere.',
    why: 'A container that somebody adds later has neither requests nor limits.',
    url: pages.limitRange,
  },
  'LimitRange',
  'Add a LimitRange with defaults for containers, or keep the one of the platform.',
)

function nameOf({kind, namespace, name}: ManifestObject): string {
  return `${cut(kind)} ${namespace === null ? '' : `${cut(namespace)}/`}${cut(name)}`
}

export const clusterRules: readonly ClusterRule[] = [duplicate, removedVersion, service, quota, limitRange]
