/** Workloads of operators that nobody has listed. */
import type {ManifestObject} from '../objects.ts'
import {itemsAt, type Mapping, type Tree, textAt} from '../tree.ts'
import type {Workload} from '../workload.ts'
import {assemble, containersOf, type Shape} from './template.ts'

/**
 * Kinds that nobody has listed: a pod template is known by its shape, a list `containers` of mappings with a name and an
 * image, as in RayCluster, PyTorchJob, LeaderWorkerSet, SeldonDeployment.
 */
export function byShape(object: ManifestObject): readonly Workload[] {
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
