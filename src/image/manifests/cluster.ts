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

/** A network policy, and what it does whatever its pods: asked once, not for each workload. */
export interface Policy {
  readonly object: ManifestObject
  readonly selector: Tree | undefined
  /** Of Cilium's, which writes where a label comes from in front of it. */
  readonly isCilium: boolean
  readonly closesIngress: boolean
  readonly closesEgress: boolean
  /** A rule without any condition lets everybody in. */
  readonly isOpen: boolean
}

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

export function clusterOf(objects: readonly ManifestObject[]): Cluster {
  const byPlace = new Map<string, ManifestObject[]>()
  for (const object of objects) {
    const key = placeKey(`${object.group}/${object.kind}`, object.namespace)
    const there = byPlace.get(key)
    if (there) there.push(object)
    else byPlace.set(key, [object])
  }
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

/** Absent types mean Ingress, and Egress where there are rules for it (Kubernetes, "Network Policies"). */
function ofKubernetes(object: ManifestObject): Policy {
  const spec = at(object.tree, 'spec')
  const types = textsAt(spec, 'policyTypes')
  const closesIngress = types.length === 0 || types.includes('Ingress')
  const emptyRule = itemsAt(spec, 'ingress').some(
    rule => rule.kind === 'mapping' && itemsAt(rule, 'from').length === 0 && itemsAt(rule, 'ports').length === 0,
  )
  return {
    object,
    // Absent and empty are the same here, and take all pods of the namespace.
    selector: at(spec, 'podSelector') ?? everything,
    isCilium: false,
    closesIngress,
    closesEgress: types.length === 0 ? itemsAt(spec, 'egress').length > 0 : types.includes('Egress'),
    isOpen: closesIngress && emptyRule,
  }
}

/** Cilium closes a direction that it has rules for (docs.cilium.io, "Layer 3 Policies"). */
function ofCilium(object: ManifestObject): Policy {
  const spec = at(object.tree, 'spec')
  const rules = (...keys: readonly string[]): boolean => keys.some(key => at(spec, key) !== undefined)
  return {
    object,
    selector: at(spec, 'endpointSelector'),
    isCilium: true,
    closesIngress: rules('ingress', 'ingressDeny'),
    closesEgress: rules('egress', 'egressDeny'),
    isOpen: false,
  }
}

export function mountsToken(workload: Workload, account: ManifestObject | undefined): boolean {
  if (at(workload.pod, 'automountServiceAccountToken') !== undefined) {
    return !isFalse(workload.pod, 'automountServiceAccountToken')
  }
  return !isFalse(account?.tree, 'automountServiceAccountToken')
}
