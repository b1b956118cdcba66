/** What runs pods, and what is known of them: the words in which rules ask. */
import type {ManifestObject} from './objects.ts'
import {cut, type Mapping, type Tree} from './tree.ts'

/**
 * Which questions are asked:
 * - `replicated`: interchangeable pods that serve for good
 * - `daemon`: one pod per node, and nobody chooses how many
 * - `task`: pods that end; nothing waits for their readiness
 * - `pod`: one pod that nobody brings back
 * - `autoscaled`: a platform (Knative, KServe) makes the pods, their number and some of their probes
 * - `other`: an operator makes pods of a template that was found by its shape
 */
export type Pattern = 'replicated' | 'daemon' | 'task' | 'pod' | 'autoscaled' | 'other'

/** `sidecar`: an init container that stays (`restartPolicy: Always`, Kubernetes 1.29). */
export type ContainerRole = 'main' | 'init' | 'sidecar' | 'ephemeral'

export interface Container {
  readonly name: string
  readonly role: ContainerRole
  readonly tree: Mapping
  /** `spec.template.spec.containers[api]` */
  readonly path: string
  /** A platform adds image, probes and context of its own: only what stands here can be wrong, never what is missing. */
  readonly partial: boolean
}

export interface Workload {
  readonly object: ManifestObject
  /** `Deployment shop/credit`; with its part, where an object has several: `InferenceService credit (predictor)`. */
  readonly label: string
  readonly pattern: Pattern
  /** Pods that it asks for; null where the question makes no sense. `path` is where that is written. */
  readonly replicas: {readonly count: number; readonly path: string; readonly line: number} | null
  readonly podLabels: ReadonlyMap<string, string>
  readonly podAnnotations: ReadonlyMap<string, string>
  readonly pod: Mapping
  /** `spec.template.spec` */
  readonly podPath: string
  readonly containers: readonly Container[]
  /** Windows has no users with number 0, no capabilities and no seccomp. */
  readonly windows: boolean
}

/** A field of a container's security context, or else of its pod's, as the kubelet combines them: the container's wins. */
export function effective(container: Container, workload: Workload, field: string): Tree | undefined {
  return inContext(container.tree, field) ?? inContext(workload.pod, field)
}

function inContext(holder: Mapping, field: string): Tree | undefined {
  const context = holder.entries.get('securityContext')
  const found = context?.kind === 'mapping' ? context.entries.get(field) : undefined
  return found?.kind === 'scalar' && found.value === null ? undefined : found
}

/** A selector of these pods, as it is written on one line. */
export function labelsOf({podLabels}: Workload): string {
  const labels = [...podLabels].slice(0, 3).map(([key, value]) => `${cut(key)}: ${cut(value)}`)
  return labels.length === 0
    ? 'a selector of its pods, which have no labels yet'
    : `selector.matchLabels: {${labels.join(', ')}}`
}
