/** How many pods there are, where they stand, and how many of them may go at once. */

import type {Autoscaler, Cluster} from '../cluster.ts'
import type {ManifestObject} from '../objects.ts'
import {inObject, inPod, pages, type Sighting, type WorkloadRule} from '../rule.ts'
import {selects} from '../selector.ts'
import {at, cut, itemsAt, numberAt, type Tree, textAt} from '../tree.ts'
import type {Workload} from '../workload.ts'
import {eachContainer} from './isolation.ts'

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

const budget: WorkloadRule = {
  of: 'workload',
  id: 'k8s-disruption-budget',
  severity: 'high',
  title: 'Maintenance may take all pods at once',
  asks: 'A PodDisruptionBudget selects the pods of each Deployment, StatefulSet, ReplicaSet and Rollout.',
  why: 'A drain of nodes, as each upgrade of a cluster does, evicts what no budget protects.',
  url: pages.budgets,
  judge: (workload, cluster, {'available-at-least': least}) => {
    if (workload.pattern !== 'replicated' || cluster.budgetsOf(workload).length > 0) return []
    const others = cluster.otherBudgets(workload)
    const which =
      others.length === 0 ? '' : `, and ${names(others)} ${others.length === 1 ? 'selects' : 'select'} other pods`
    return [
      inPod(workload, {
        line: workload.object.line,
        seen: `no PodDisruptionBudget selects its pods${which}`,
        remedy: `Add one with spec.minAvailable: ${least} and ${labelsOf(workload)}.`,
      }),
    ]
  },
}

const budgetKeeps: WorkloadRule = {
  of: 'workload',
  id: 'k8s-disruption-budget-keeps',
  severity: 'high',
  title: 'Its disruption budget keeps too few pods',
  asks: 'The budget keeps at least `image.manifests.available-at-least` (2) of the fewest pods that there may be.',
  why: 'It allows the very outage that it is there to prevent.',
  url: pages.budgets,
  judge: (workload, cluster, {'available-at-least': least}) => {
    const count = leastPods(workload, cluster)
    // That there are several is a finding of its own.
    return cluster
      .budgetsOf(workload)
      .slice(0, 1)
      .flatMap(each => {
        const kept = keptPods(each, count)
        if (kept !== undefined && kept >= Math.min(least, Math.max(0, count - 1))) return []
        const words = kept === undefined ? 'names neither minAvailable nor maxUnavailable' : `keeps ${kept} of ${count}`
        return [
          inObject(each, {
            line: at(each.tree, 'spec')?.line ?? each.line,
            seen: `its PodDisruptionBudget ${cut(each.name)} ${words}`,
            remedy: `Write spec.minAvailable: ${least} in it${count <= least ? `, and at least ${least + 1} pods` : ''}.`,
          }),
        ]
      })
  },
}

const budgetBlocks: WorkloadRule = {
  of: 'workload',
  id: 'k8s-disruption-budget-blocks',
  severity: 'medium',
  title: 'Nodes of it can never be drained',
  asks: 'A budget leaves one pod at least that may go, and each pod has one budget only.',
  why: 'An upgrade of the cluster waits for ever, or is forced, and then nothing is protected.',
  url: pages.disruptions,
  judge: (workload, cluster) => {
    const count = leastPods(workload, cluster)
    const budgets = cluster.budgetsOf(workload)
    const [first, second] = budgets
    if (first && second) {
      const seen = `its pods have ${budgets.length} PodDisruptionBudgets, ${names(budgets.map(({name}) => name))}, and none of them can then be evicted`
      return [inObject(second, {seen, remedy: 'Keep one of them.'})]
    }
    const kept = first && keptPods(first, count)
    if (!first || kept === undefined || kept < count || count === 0) return []
    return [
      inObject(first, {
        line: at(first.tree, 'spec')?.line ?? first.line,
        seen: `its PodDisruptionBudget ${cut(first.name)} keeps ${kept} of ${count}`,
        remedy: 'Write spec.maxUnavailable: 1 in it, or ask for more pods.',
      }),
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

function scalable({pattern, object}: Workload): boolean {
  return pattern === 'replicated' && ['Deployment', 'StatefulSet', 'Rollout'].includes(object.kind)
}

function scalersOf(workload: Workload, cluster: Cluster): readonly Autoscaler[] {
  return workload.pattern === 'replicated' ? cluster.autoscalersOf(workload) : []
}

/** Fewest pods that may be there when nothing is wrong. */
function leastPods(workload: Workload, cluster: Cluster): number {
  const scalers = scalersOf(workload, cluster)
  if (scalers.length > 0) return Math.min(...scalers.slice(0, 1000).map(each => each.least))
  return workload.replicas?.count ?? 0
}

/**
 * Pods that a budget keeps of `count`; undefined where it does not say. Shares are rounded up, both of what stays and of
 * what may go (Kubernetes, "Specifying a Disruption Budget").
 */
export function keptPods(disruptionBudget: ManifestObject, count: number): number | undefined {
  const stays = amountOf(at(disruptionBudget.tree, 'spec', 'minAvailable'), count)
  if (stays !== undefined) return stays
  const goes = amountOf(at(disruptionBudget.tree, 'spec', 'maxUnavailable'), count)
  return goes === undefined ? undefined : Math.max(0, count - goes)
}

function amountOf(tree: Tree | undefined, count: number): number | undefined {
  const number = numberAt(tree)
  if (number !== undefined) return number
  const share = /^(\d{1,3})%$/.exec(textAt(tree) ?? '')
  return share ? Math.ceil((Number(share[1]) / 100) * count) : undefined
}

/** A selector of these pods, as it is written on one line. */
export function labelsOf({podLabels}: Workload): string {
  const labels = [...podLabels].slice(0, 3).map(([key, value]) => `${cut(key)}: ${cut(value)}`)
  return labels.length === 0
    ? 'a selector of its pods, which have no labels yet'
    : `selector.matchLabels: {${labels.join(', ')}}`
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, 3).map(each => cut(each))
  return all.length > 3 ? `${shown.join(', ')} and ${all.length - 3} more` : shown.join(', ')
}

export const availabilityRules: readonly WorkloadRule[] = [
  replicas,
  autoscaler,
  autoscalerTargets,
  autoscalerBlind,
  replicasBesideAutoscaler,
  budget,
  budgetKeeps,
  budgetBlocks,
  spread,
  recreate,
  selectorMismatch,
  priority,
]
