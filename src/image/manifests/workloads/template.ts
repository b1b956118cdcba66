/** A template of pods in an object -> a workload. */
import type {ManifestObject, Unread} from '../objects.ts'
import {at, itemsAt, type Mapping, numberAt, type Tree, textAt, textMapAt} from '../tree.ts'
import type {Container, ContainerRole, Pattern, Workload} from '../workload.ts'

export interface Shape {
  readonly pattern: Pattern
  /** Path of the number of pods, counted as 1 where it is absent. */
  readonly replicas: readonly string[] | null
  readonly part?: string
}

/** The workload whose pods are described at `template`; unread where nothing is there. */
export function fromTemplate(object: ManifestObject, template: readonly string[], shape: Shape): Workload | Unread {
  const pod = at(object.tree, ...template, 'spec')
  const podPath = [...template, 'spec'].join('.')
  if (pod?.kind !== 'mapping') return withoutPods(object, podPath)
  const containers = containersOf(pod, podPath)
  if (containers.length === 0) return withoutPods(object, `${podPath}.containers`)
  return assemble(object, pod, podPath, at(object.tree, ...template), containers, shape)
}

/** @param template what holds the labels of the pods; undefined where they have none of their own */
export function assemble(
  object: ManifestObject,
  pod: Mapping,
  podPath: string,
  template: Tree | undefined,
  containers: readonly Container[],
  {pattern, replicas, part}: Shape,
): Workload {
  return {
    object,
    label: labelOf(object, part),
    pattern,
    replicas: replicas && replicasAt(object, replicas),
    podLabels: textMapAt(template, 'metadata', 'labels'),
    podAnnotations: textMapAt(template, 'metadata', 'annotations'),
    pod,
    podPath,
    containers,
    windows: textAt(pod, 'os', 'name') === 'windows',
  }
}

/** `Deployment shop/credit` */
export function labelOf({kind, namespace, name}: ManifestObject, part?: string): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name || '(without a name)'}${part ? ` (${part})` : ''}`
}

/** @param path of the number in the object; where nothing stands there it is 1, as the API has it */
export function replicasAt(object: ManifestObject, path: readonly string[]): NonNullable<Workload['replicas']> {
  const said = at(object.tree, ...path)
  const count = numberAt(said)
  // What is no number is refused by the API; nobody can count on more than none of such pods.
  return {count: said ? (count ?? 0) : 1, path: path.join('.'), line: said?.line ?? object.line}
}

const lists: readonly (readonly [string, ContainerRole])[] = [
  ['containers', 'main'],
  ['initContainers', 'init'],
  ['ephemeralContainers', 'ephemeral'],
]

/** All containers of a pod: those that serve, those before them, and those of debuggers. */
export function containersOf(pod: Mapping, podPath: string): readonly Container[] {
  return lists.flatMap(([key, role]) =>
    itemsAt(pod, key).flatMap((tree, index): Container[] => {
      if (tree.kind !== 'mapping') return []
      const name = textAt(tree, 'name') ?? String(index)
      const stays = role === 'init' && textAt(tree, 'restartPolicy') === 'Always'
      return [{name, role: stays ? 'sidecar' : role, tree, path: `${podPath}.${key}[${name}]`, partial: false}]
    }),
  )
}

/** @param where the part that is missing: `spec.template.spec` */
export function withoutPods(object: ManifestObject, where: string): Unread {
  return {
    file: object.file,
    line: object.line,
    code: 'image/manifest-unreadable',
    why: `${labelOf(object)} in ${object.file} describes no pods: ${where} is missing.`,
    remedy: 'Give the whole object, as it is applied.',
  }
}
