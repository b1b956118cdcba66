/** Objects -> workloads: which of them run pods, and where in them the pods are described. */
import {type ManifestObject, notRendered, tooLarge, type Unread} from './objects.ts'
import {at, itemsAt, type Mapping, numberAt, type Tree, textAt, textMapAt} from './tree.ts'
import type {Container, ContainerRole, Pattern, Workload} from './workload.ts'

export interface Workloads {
  readonly workloads: readonly Workload[]
  readonly unread: readonly Unread[]
}

/** Kinds whose pods lie at `spec.template`, by group and kind. */
const templated: ReadonlyMap<string, Pattern> = new Map([
  ['apps/Deployment', 'replicated'],
  ['apps/StatefulSet', 'replicated'],
  ['apps/ReplicaSet', 'replicated'],
  ['apps/DaemonSet', 'daemon'],
  ['extensions/Deployment', 'replicated'],
  ['extensions/ReplicaSet', 'replicated'],
  ['extensions/DaemonSet', 'daemon'],
  ['/ReplicationController', 'replicated'],
  ['argoproj.io/Rollout', 'replicated'],
  ['batch/Job', 'task'],
])

/** An alias makes a container of five signs: without a limit a short text would have millions of findings. */
const mostContainers = 20_000

export function workloadsIn(objects: readonly ManifestObject[]): Workloads {
  const workloads: Workload[] = []
  const unread: Unread[] = []
  const owned = referencedByRollouts(objects)
  const byKey = new Map(objects.map(each => [keyOf(each.kind, each.name, each.namespace), each]))
  let containers = 0
  for (const object of objects) {
    const key = keyOf(object.kind, object.name, object.namespace)
    // Only the very object that the Rollout's pods are taken from: it is asked in the Rollout's name.
    const isOwned = owned.has(key) && byKey.get(key) === object
    for (const each of isOwned ? [] : workloadsOf(object, byKey)) {
      if ('code' in each) {
        unread.push(each)
        continue
      }
      containers += each.containers.length
      if (containers > mostContainers) {
        unread.push(tooLarge(object.file, object.line, `more than ${mostContainers} containers, with those before it,`))
        return {workloads, unread}
      }
      const template = each.containers.find(container => textAt(container.tree, 'image')?.includes('{{'))
      if (template) unread.push(notRendered(object.file, at(template.tree, 'image')?.line ?? template.tree.line))
      else workloads.push(each)
    }
  }
  return {workloads, unread}
}

type ByKey = ReadonlyMap<string, ManifestObject>

function workloadsOf(object: ManifestObject, objects: ByKey): readonly (Workload | Unread)[] {
  const kind = `${object.group}/${object.kind}`
  const pattern = templated.get(kind)
  if (kind === 'argoproj.io/Rollout' && at(object.tree, 'spec', 'workloadRef')) return [ofReference(object, objects)]
  if (pattern) {
    return [
      fromTemplate(object, ['spec', 'template'], {
        pattern,
        replicas: pattern === 'replicated' ? ['spec', 'replicas'] : null,
      }),
    ]
  }
  switch (kind) {
    case 'batch/CronJob':
      return [fromTemplate(object, ['spec', 'jobTemplate', 'spec', 'template'], {pattern: 'task', replicas: null})]
    case '/Pod':
      return [fromTemplate(object, [], {pattern: 'pod', replicas: null})]
    case 'serving.knative.dev/Service':
      return [knative(object)]
    case 'serving.kserve.io/InferenceService':
      return inferenceService(object)
    case 'apiextensions.k8s.io/CustomResourceDefinition':
      return []
    default:
      return byShape(object)
  }
}

interface Shape {
  readonly pattern: Pattern
  /** Path of the number of pods, counted as 1 where it is absent. */
  readonly replicas: readonly string[] | null
  readonly part?: string
}

function fromTemplate(object: ManifestObject, template: readonly string[], shape: Shape): Workload | Unread {
  const pod = at(object.tree, ...template, 'spec')
  const podPath = [...template, 'spec'].join('.')
  if (pod?.kind !== 'mapping') return withoutPods(object, podPath)
  const containers = containersOf(pod, podPath)
  if (containers.length === 0) return withoutPods(object, `${podPath}.containers`)
  return assemble(object, pod, podPath, at(object.tree, ...template), containers, shape)
}

function assemble(
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

function labelOf({kind, namespace, name}: ManifestObject, part?: string): string {
  return `${kind} ${namespace === null ? '' : `${namespace}/`}${name || '(without a name)'}${part ? ` (${part})` : ''}`
}

function replicasAt(object: ManifestObject, path: readonly string[]): NonNullable<Workload['replicas']> {
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

function containersOf(pod: Mapping, podPath: string): readonly Container[] {
  return lists.flatMap(([key, role]) =>
    itemsAt(pod, key).flatMap((tree, index): Container[] => {
      if (tree.kind !== 'mapping') return []
      const name = textAt(tree, 'name') ?? String(index)
      const stays = role === 'init' && textAt(tree, 'restartPolicy') === 'Always'
      return [{name, role: stays ? 'sidecar' : role, tree, path: `${podPath}.${key}[${name}]`, partial: false}]
    }),
  )
}

/** Argo Rollouts may take the pods of a Deployment that stands beside it (`workloadRef`) and runs none itself. */
function ofReference(rollout: ManifestObject, objects: ByKey): Workload | Unread {
  const reference = at(rollout.tree, 'spec', 'workloadRef')
  const kind = textAt(reference, 'kind') ?? ''
  const name = textAt(reference, 'name') ?? ''
  const target = objects.get(keyOf(kind, name, rollout.namespace))
  const template = kind === 'PodTemplate' ? ['template'] : ['spec', 'template']
  const found = target && fromTemplate(target, template, {pattern: 'replicated', replicas: null})
  if (!found) return withoutPods(rollout, `${kind} ${name}, to which spec.workloadRef points`)
  if ('code' in found) return found
  return {...found, object: rollout, label: labelOf(rollout), replicas: replicasAt(rollout, ['spec', 'replicas'])}
}

function referencedByRollouts(objects: readonly ManifestObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({group, kind}) => group === 'argoproj.io' && kind === 'Rollout')
      .map(({tree, namespace}) => {
        const reference = at(tree, 'spec', 'workloadRef')
        return keyOf(textAt(reference, 'kind') ?? '', textAt(reference, 'name') ?? '', namespace)
      }),
  )
}

function keyOf(kind: string, name: string, namespace: string | null): string {
  return JSON.stringify([kind, name, namespace])
}

/** Knative Serving: the number of pods is an annotation, and no pods at all are the default. */
function knative(object: ManifestObject): Workload | Unread {
  const found = fromTemplate(object, ['spec', 'template'], {pattern: 'autoscaled', replicas: null})
  if ('code' in found) return found
  const annotations = ['spec', 'template', 'metadata', 'annotations']
  const key = ['autoscaling.knative.dev/min-scale', 'autoscaling.knative.dev/minScale'].find(each =>
    at(object.tree, ...annotations, each),
  )
  const said = key === undefined ? undefined : at(object.tree, ...annotations, key)
  const count = Number(textAt(said) ?? 0)
  return {
    ...found,
    replicas: {
      count: Number.isInteger(count) ? count : 0,
      path: 'spec.template.metadata.annotations, autoscaling.knative.dev/min-scale',
      line: said?.line ?? object.line,
    },
  }
}

/** Keys of a predictor that hold a model server, whose image, probes and context KServe's runtime adds. */
const servers = [
  ...['model', 'sklearn', 'xgboost', 'tensorflow', 'pytorch', 'triton', 'onnx', 'huggingface', 'pmml', 'lightgbm'],
  ...['paddle', 'art'],
]

/** KServe: up to three parts, each a pod specification with the fields of its autoscaling beside it. */
function inferenceService(object: ManifestObject): readonly (Workload | Unread)[] {
  const parts = ['predictor', 'transformer', 'explainer'].filter(part => at(object.tree, 'spec', part))
  if (parts.length === 0) return [withoutPods(object, 'spec.predictor')]
  return parts.map(part => {
    const pod = at(object.tree, 'spec', part)
    const podPath = `spec.${part}`
    if (pod?.kind !== 'mapping') return withoutPods(object, podPath)
    const served = servers.flatMap((key): Container[] => {
      const tree = at(pod, key)
      if (tree?.kind !== 'mapping') return []
      return [{name: 'kserve-container', role: 'main', tree, path: `${podPath}.${key}`, partial: true}]
    })
    const containers = [...containersOf(pod, podPath), ...served]
    if (containers.length === 0) return withoutPods(object, `${podPath}.containers`)
    const shape: Shape = {pattern: 'autoscaled', replicas: ['spec', part, 'minReplicas'], part}
    const workload = assemble(object, pod, podPath, undefined, containers, shape)
    return {
      ...workload,
      // KServe passes its own labels on to the pods, and adds these (kserve, pkg/constants).
      podLabels: new Map([
        ...textMapAt(object.tree, 'metadata', 'labels'),
        ...textMapAt(pod, 'labels'),
        ['serving.kserve.io/inferenceservice', object.name],
        ['component', part],
      ]),
      podAnnotations: new Map([...textMapAt(object.tree, 'metadata', 'annotations'), ...textMapAt(pod, 'annotations')]),
    }
  })
}

/**
 * Kinds that nobody has listed: a pod template is known by its shape, a list `containers` of mappings with a name and an
 * image, as in RayCluster, PyTorchJob, LeaderWorkerSet, SeldonDeployment.
 */
function byShape(object: ManifestObject): readonly Workload[] {
  if (object.group === '' || object.group.endsWith('.k8s.io') || object.group === 'apps') return []
  const found: Workload[] = []
  const seen = new Set<Tree>()
  const waiting: {tree: Tree; path: readonly string[]; holder: Tree | undefined}[] = [
    {tree: object.tree, path: [], holder: undefined},
  ]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const {tree, path, holder} = next
    if (seen.has(tree)) continue
    seen.add(tree)
    if (tree.kind === 'list') {
      const inside = path.slice(0, -1)
      tree.items.forEach((item, index) => {
        waiting.push({tree: item, path: [...inside, `${path.at(-1) ?? ''}[${index}]`], holder: undefined})
      })
    }
    if (tree.kind !== 'mapping') continue
    const podPath = path.join('.')
    if (isPod(tree)) {
      const shape: Shape = {pattern: 'other', replicas: null, part: podPath}
      found.push(assemble(object, tree, podPath, holder, containersOf(tree, podPath), shape))
      continue
    }
    for (const [key, value] of tree.entries) waiting.push({tree: value, path: [...path, key], holder: tree})
  }
  return found.reverse()
}

function isPod(tree: Mapping): boolean {
  const containers = itemsAt(tree, 'containers')
  return (
    containers.length > 0 &&
    containers.every(each => textAt(each, 'name') !== undefined && textAt(each, 'image') !== undefined)
  )
}

function withoutPods(object: ManifestObject, where: string): Unread {
  return {
    file: object.file,
    line: object.line,
    code: 'image/manifest-unreadable',
    why: `${labelOf(object)} in ${object.file} describes no pods: ${where} is missing.`,
    remedy: 'Give the whole object, as it is applied.',
  }
}
