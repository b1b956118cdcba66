/** Network policies: those of Kubernetes, and Cilium's. */
import type {ManifestObject} from './objects.ts'
import {at, itemsAt, type Tree, textsAt} from './tree.ts'
import type {Workload} from './workload.ts'

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

/** Absent types mean Ingress, and Egress where there are rules for it (Kubernetes, "Network Policies"). */
export function ofKubernetes(object: ManifestObject): Policy {
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
export function ofCilium(object: ManifestObject): Policy {
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

/** Labels of its pods under every name that Cilium knows them by: it writes where a label comes from in front of it. */
export function withPrefixes(workload: Workload): ReadonlyMap<string, string> {
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

const everything: Tree = {kind: 'mapping', entries: new Map(), line: 1}
