/** Rendered Kubernetes manifests -> what is configured in them that a careful team would not leave so. */
import type {ManifestsConfig} from '../../config/image-schema.ts'
import type {Misconfiguration} from '../scan.ts'
import {clusterOf} from './cluster.ts'
import {type ManifestFile, type ManifestObject, objectsIn, tooLarge, type Unread} from './objects.ts'
import {type About, misconfigured, type Sighting} from './rule.ts'
import {manifestRules} from './rules.ts'
import {cut, textAt} from './tree.ts'
import {workloadsIn} from './workloads.ts'

export type {ManifestFile, Unread} from './objects.ts'

export interface ManifestsChecked {
  /** By file and line. */
  readonly flaws: readonly Misconfiguration[]
  /** What nobody looked at, and why: with any of these the answer is not complete, and must not pass. */
  readonly unread: readonly Unread[]
  /** What was looked at. */
  readonly workloads: readonly {readonly label: string; readonly images: readonly string[]}[]
}

/** Files of one place belong together: a budget in one protects the pods of another. */
export function checkManifests(files: readonly ManifestFile[], config: ManifestsConfig): ManifestsChecked {
  const read = files.map(objectsIn)
  const all = read.flatMap(each => each.objects)
  const objects = all.slice(0, mostObjects)
  const {workloads, unread: withoutPods} = workloadsIn(objects)
  const unread = [...read.flatMap(each => each.unread), ...tooMany(all), ...withoutPods]
  const cluster = clusterOf(objects)
  const ignored = new Set(config.ignore)

  const flaws = manifestRules.flatMap(rule => {
    if (ignored.has(rule.id)) return []
    if (rule.of === 'cluster') {
      return rule.judge(cluster, workloads).map(sighting => flaw(rule, sighting, sighting.label))
    }
    return workloads.flatMap(workload =>
      rule.judge(workload, cluster, config).map(sighting => flaw(rule, sighting, cut(workload.label, 160))),
    )
  })
  return {
    flaws: flaws.sort(byPlace),
    unread: unread.length === 0 && workloads.length === 0 ? [nothingAsked(files)] : unread,
    workloads: workloads.map(({label, containers}) => ({
      label,
      images: containers.flatMap(({tree}) => textAt(tree, 'image') ?? []),
    })),
  }
}

function flaw(rule: About, {container, file, line, seen, remedy}: Sighting, label: string): Misconfiguration {
  const roles = {main: 'container', init: 'init container', sidecar: 'sidecar', ephemeral: 'ephemeral container'}
  const where = container ? `${label}, ${roles[container.role]} ${cut(container.name)}` : label
  return misconfigured(rule, {kind: 'repository', file, line}, `${where}: ${seen}.`, remedy)
}

function byPlace(a: Misconfiguration, b: Misconfiguration): number {
  const [left, right] = [a, b].map(each => each.places[0])
  if (left?.kind !== 'repository' || right?.kind !== 'repository') return 0
  if (left.file !== right.file) return left.file < right.file ? -1 : 1
  return (left.line ?? 0) - (right.line ?? 0) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** What selects is compared with all that may be selected: this many objects take seconds. */
const mostObjects = 5000

function tooMany(objects: readonly ManifestObject[]): readonly Unread[] {
  const first = objects[mostObjects]
  return first
    ? [tooLarge(first.file, first.line, `more than ${mostObjects} objects, counted with those before it`)]
    : []
}

/** No manifests, or none that runs anything: then nothing was asked, which is not the same as nothing found. */
function nothingAsked(files: readonly ManifestFile[]): Unread {
  const [first, ...others] = files
  if (!first) {
    return {
      file: '',
      line: 1,
      code: 'image/manifests-missing',
      why: 'No file matches image.manifests.files.',
      remedy: 'Correct the names, or render the manifests before this step.',
    }
  }
  const who = others.length === 0 ? `${first.path} holds no workload` : `None of ${files.length} files holds a workload`
  return {
    file: first.path,
    line: 1,
    code: 'image/manifest-without-workload',
    why: `${who}: no Deployment, Rollout, InferenceService or other object with pods.`,
    remedy: 'Give the manifests by which this image is deployed.',
  }
}
