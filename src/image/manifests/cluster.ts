/** What stands beside a workload and speaks of its pods: autoscalers, budgets, policies, accounts, defaults. */

import {type Autoscaler, horizontal, keda, scales} from './autoscaler.ts'
import {ofCilium, ofKubernetes, type Policy, withPrefixes} from './network-policy.ts'
import type {ManifestObject} from './objects.ts'
import {selects} from './selector.ts'
import {at, itemsAt, textAt, textMapAt} from './tree.ts'
import type {Workload} from './workload.ts'

export interface Cluster {
  readonly objects: readonly ManifestObject[]
  autoscalersOf(workload: Workload): readonly Autoscaler[]
  budgetsOf(workload: Workload): readonly ManifestObject[]
  /** Policies that select its pods. */
  policiesOf(workload: Workload): readonly Policy[]
  /** The ServiceAccount that its pods run as, where it is among the objects. */
  accountOf(workload: Workload): ManifestObject | undefined
  /** A LimitRange of its namespace gives this to containers that do not say themselves. */
  hasDefault(workload: Workload, field: 'requests' | 'limits', resource: string): boolean
  /** Names of all budgets in its namespace, for messages. */
  otherBudgets(workload: Workload): readonly string[]
}

/** What was asked once of a workload is kept: rules ask the same again. */
export function clusterOf(objects: readonly ManifestObject[]): Cluster {
  const byPlace = Map.groupBy(objects, ({group, kind, namespace}) => placeKey(`${group}/${kind}`, namespace))
  /** @param kind with its group, since anybody may define a kind of the same name */
  const near = (kind: string, {object}: Workload): readonly ManifestObject[] =>
    byPlace.get(placeKey(kind, object.namespace)) ?? []
  const clusterwide = objects
    .filter(({group, kind}) => group === 'cilium.io' && kind === 'CiliumClusterwideNetworkPolicy')
    .map(ofCilium)
  const policies = new Map<string | null, readonly Policy[]>()
  const policiesIn = (namespace: string | null): readonly Policy[] => {
    const known = policies.get(namespace) ?? [
      ...(byPlace.get(placeKey('networking.k8s.io/NetworkPolicy', namespace)) ?? []).map(ofKubernetes),
      ...(byPlace.get(placeKey('cilium.io/CiliumNetworkPolicy', namespace)) ?? []).map(ofCilium),
    ]
    policies.set(namespace, known)
    return known
  }
  const defaults = new Map<string | null, ReadonlySet<string>>()
  const defaultsOf = (workload: Workload): ReadonlySet<string> => {
    const {namespace} = workload.object
    const known = defaults.get(namespace) ?? defaultsIn(near('/LimitRange', workload))
    defaults.set(namespace, known)
    return known
  }

  return {
    objects,
    autoscalersOf: once(workload => [
      ...near('autoscaling/HorizontalPodAutoscaler', workload)
        .filter(each => scales(each, workload, ''))
        .map(horizontal),
      ...near('keda.sh/ScaledObject', workload)
        .filter(each => scales(each, workload, 'Deployment'))
        .map(keda),
    ]),
    budgetsOf: once(workload =>
      near('policy/PodDisruptionBudget', workload).filter(each =>
        selects(at(each.tree, 'spec', 'selector'), workload.podLabels),
      ),
    ),
    policiesOf: once(workload => {
      const labels = withPrefixes(workload)
      return [...policiesIn(workload.object.namespace), ...clusterwide].filter(({selector, isCilium}) =>
        selects(selector, isCilium ? labels : workload.podLabels),
      )
    }),
    accountOf: once(workload => {
      const name = textAt(workload.pod, 'serviceAccountName') ?? textAt(workload.pod, 'serviceAccount') ?? 'default'
      return near('/ServiceAccount', workload).find(each => each.name === name)
    }),
    hasDefault: (workload, field, resource) => defaultsOf(workload).has(`${field} ${resource}`),
    otherBudgets: workload => near('policy/PodDisruptionBudget', workload).map(each => each.name),
  }
}

/** `limits memory`: what LimitRanges give to containers that do not say themselves. */
function defaultsIn(ranges: readonly ManifestObject[]): ReadonlySet<string> {
  const given = new Set<string>()
  for (const limit of ranges.flatMap(({tree}) => itemsAt(tree, 'spec', 'limits'))) {
    if (textAt(limit, 'type') !== 'Container') continue
    for (const resource of textMapAt(limit, 'default').keys()) {
      given.add(`limits ${resource}`)
      // Without a default of its own a request takes the default limit (Kubernetes, "Limit Ranges").
      given.add(`requests ${resource}`)
    }
    for (const resource of textMapAt(limit, 'defaultRequest').keys()) given.add(`requests ${resource}`)
  }
  return given
}

/** Several rules ask the same of a workload, and each answer looks through all objects of its namespace. */
function once<T>(answer: (workload: Workload) => T): (workload: Workload) => T {
  const known = new Map<Workload, T>()
  return workload => {
    const before = known.get(workload)
    if (before !== undefined) return before
    const found = answer(workload)
    known.set(workload, found)
    return found
  }
}

function placeKey(kind: string, namespace: string | null): string {
  return JSON.stringify([kind, namespace])
}

/** Autoscalers that decide how many pods there are. */
export function scalersOf(workload: Workload, cluster: Cluster): readonly Autoscaler[] {
  return workload.pattern === 'replicated' ? cluster.autoscalersOf(workload) : []
}

/** Fewest pods that may be there when nothing is wrong. */
export function leastPods(workload: Workload, cluster: Cluster): number {
  const scalers = scalersOf(workload, cluster)
  if (scalers.length > 0) return Math.min(...scalers.slice(0, 1000).map(each => each.least))
  return workload.replicas?.count ?? 0
}
