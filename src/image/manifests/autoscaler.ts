/** What changes the number of pods: the autoscaler of Kubernetes, and KEDA's. */
import type {ManifestObject} from './objects.ts'
import {at, itemsAt, numberAt, textAt} from './tree.ts'
import type {Workload} from './workload.ts'

export interface Autoscaler {
  readonly object: ManifestObject
  /** Fewest pods, by its defaults where it does not say. */
  readonly least: number
  readonly most: number | null
  /** Share of the request at which it adds pods, in percent; null for an autoscaler that goes by other measures. */
  readonly utilisation: ReadonlyMap<string, number>
}

/**
 * Whether the autoscaler names the workload.
 * @param defaultKind kind of the workload where `scaleTargetRef` does not say it
 */
export function scales(autoscaler: ManifestObject, {object}: Workload, defaultKind: string): boolean {
  const target = at(autoscaler.tree, 'spec', 'scaleTargetRef')
  return (textAt(target, 'kind') ?? defaultKind) === object.kind && textAt(target, 'name') === object.name
}

/** A HorizontalPodAutoscaler of any version (Kubernetes API reference, autoscaling/v1 and v2). */
export function horizontal(object: ManifestObject): Autoscaler {
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
export function keda(object: ManifestObject): Autoscaler {
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
