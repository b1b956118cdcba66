/** What stands beside a workload and speaks of its pods: autoscalers, budgets, policies, accounts, defaults. */
import type {ManifestObject} from './objects.ts'
import {selects} from './selector.ts'
import {at, isFalse, itemsAt, numberAt, type Tree, textAt, textMapAt, textsAt} from './tree.ts'
import type {Workload} from './workload.ts'

export interface Autoscaler {
  readonly object: ManifestObject
  /** Fewest pods, by its defaults where it does not say. */
  readonly least: number
  readonly most: number | null
  /** Share of the request at which it adds pods, in percent; null for an autoscaler that goes by other measures. */
  readonly utilisation: ReadonlyMap<string, number>
}

export interface Cluster {
  readonly objects: readonly ManifestObject[]
  autoscalersOf(workload: Workload): readonly Autoscaler[]
  budgetsOf(workload: Workload): readonly ManifestObject[]
  /** Policies that select its pods. */
  policiesOf(workload: Workload): readonly ManifestObject[]
  /** The ServiceAccount that its pods run as, where it is among the objects. */
  accountOf(workload: Workload): ManifestObject | undefined
  /** A LimitRange of its namespace gives this to containers that do not say themselves. */
  hasDefault(workload: Workload, field: 'requests' | 'limits', resource: string): boolean
  /** Names of objects of this kind in the workload's namespace, for messages. */
  namesNear(workload: Workload, kind: string): readonly string[]
}

export function clusterOf(objects: readonly ManifestObject[]): Cluster {
  const byPlace = new Map<string, ManifestObject[]>()
  for (const object of objects) {
    const key = placeKey(object.kind, object.namespace)
    const there = byPlace.get(key)
    if (there) there.push(object)
    else byPlace.set(key, [object])
  }
  const near = (kind: string, {object}: Workload): readonly ManifestObject[] =>
    byPlace.get(placeKey(kind, object.namespace)) ?? []
  const everywhere = (kind: string): readonly ManifestObject[] => objects.filter(each => each.kind === kind)
  const clusterwide = everywhere('CiliumClusterwideNetworkPolicy')

  return {
    objects,
    autoscalersOf: workload => [
      ...near('HorizontalPodAutoscaler', workload)
        .filter(each => scales(each, workload, ''))
        .map(horizontal),
      ...near('ScaledObject', workload)
        .filter(each => scales(each, workload, 'Deployment'))
        .map(keda),
    ],
    budgetsOf: workload =>
      near('PodDisruptionBudget', workload).filter(each =>
        selects(at(each.tree, 'spec', 'selector'), workload.podLabels),
      ),
    policiesOf: workload => [
      ...near('NetworkPolicy', workload).filter(each =>
        // Absent and empty are the same here, and take all pods of the namespace.
        selects(at(each.tree, 'spec', 'podSelector') ?? everything, workload.podLabels),
      ),
      ...[...near('CiliumNetworkPolicy', workload), ...clusterwide].filter(each =>
        selects(at(each.tree, 'spec', 'endpointSelector'), withPrefixes(workload)),
      ),
    ],
    accountOf: workload => {
      const name = textAt(workload.pod, 'serviceAccountName') ?? textAt(workload.pod, 'serviceAccount') ?? 'default'
      return near('ServiceAccount', workload).find(each => each.name === name)
    },
    hasDefault: (workload, field, resource) =>
      near('LimitRange', workload).some(each =>
        itemsAt(each.tree, 'spec', 'limits').some(limit => {
          if (textAt(limit, 'type') !== 'Container') return false
          // Without a default of its own a request takes the default limit (Kubernetes, "Limit Ranges").
          const fields = field === 'limits' ? ['default'] : ['defaultRequest', 'default']
          return fields.some(key => at(limit, key, resource) !== undefined)
        }),
      ),
    namesNear: (workload, kind) => near(kind, workload).map(each => each.name),
  }
}

const everything: Tree = {kind: 'mapping', entries: new Map(), line: 1}

function placeKey(kind: string, namespace: string | null): string {
  return JSON.stringify([kind, namespace])
}

function scales(autoscaler: ManifestObject, {object}: Workload, defaultKind: string): boolean {
  const target = at(autoscaler.tree, 'spec', 'scaleTargetRef')
  return (textAt(target, 'kind') ?? defaultKind) === object.kind && textAt(target, 'name') === object.name
}

function horizontal(object: ManifestObject): Autoscaler {
  const spec = at(object.tree, 'spec')
  const utilisation = new Map<string, number>()
  const old = numberAt(spec, 'targetCPUUtilizationPercentage')
  if (old !== undefined) utilisation.set('cpu', old)
  for (const metric of itemsAt(spec, 'metrics')) {
    const inside = at(metric, textAt(metric, 'type') === 'ContainerResource' ? 'containerResource' : 'resource')
    const name = textAt(inside, 'name')
    const share = numberAt(inside, 'target', 'averageUtilization') ?? numberAt(inside, 'targetAverageUtilization')
    if (name !== undefined && share !== undefined) utilisation.set(name, share)
  }
  return {object, least: numberAt(spec, 'minReplicas') ?? 1, most: numberAt(spec, 'maxReplicas') ?? null, utilisation}
}

/** KEDA: none at least and 100 at most, where it does not say (keda.sh, ScaledObject specification). */
function keda(object: ManifestObject): Autoscaler {
  const spec = at(object.tree, 'spec')
  const utilisation = new Map<string, number>()
  for (const trigger of itemsAt(spec, 'triggers')) {
    const type = textAt(trigger, 'type') ?? ''
    const share = Number(textAt(trigger, 'metadata', 'value') ?? Number.NaN)
    const byShare = (textAt(trigger, 'metricType') ?? 'Utilization') === 'Utilization'
    if ((type === 'cpu' || type === 'memory') && byShare && Number.isFinite(share)) utilisation.set(type, share)
  }
  return {
    object,
    least: numberAt(spec, 'minReplicaCount') ?? 0,
    most: numberAt(spec, 'maxReplicaCount') ?? 100,
    utilisation,
  }
}

/** Cilium writes where a label comes from in front of it. */
function withPrefixes(workload: Workload): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const [key, value] of workload.podLabels) {
    labels.set(key, value)
    labels.set(`k8s:${key}`, value)
    labels.set(`any:${key}`, value)
  }
  const {namespace} = workload.object
  if (namespace !== null) labels.set('k8s:io.kubernetes.pod.namespace', namespace)
  return labels
}

/** Which directions a policy closes: absent types mean Ingress, and Egress where it has rules for it. */
export function closes(policy: ManifestObject, direction: 'Ingress' | 'Egress'): boolean {
  const spec = at(policy.tree, 'spec')
  const rules = direction === 'Ingress' ? 'ingress' : 'egress'
  if (policy.kind !== 'NetworkPolicy') return at(spec, rules) !== undefined || at(spec, `${rules}Deny`) !== undefined
  const types = textsAt(spec, 'policyTypes')
  if (types.length > 0) return types.includes(direction)
  return direction === 'Ingress' || itemsAt(spec, 'egress').length > 0
}

/** A rule without any condition lets everybody in. */
export function letsEverybodyIn(policy: ManifestObject): boolean {
  return itemsAt(policy.tree, 'spec', 'ingress').some(
    rule => rule.kind === 'mapping' && itemsAt(rule, 'from').length === 0 && itemsAt(rule, 'ports').length === 0,
  )
}

export function mountsToken(workload: Workload, account: ManifestObject | undefined): boolean {
  if (at(workload.pod, 'automountServiceAccountToken') !== undefined) {
    return !isFalse(workload.pod, 'automountServiceAccountToken')
  }
  return !isFalse(account?.tree, 'automountServiceAccountToken')
}

export function annotationsOf(object: ManifestObject): ReadonlyMap<string, string> {
  return textMapAt(object.tree, 'metadata', 'annotations')
}
