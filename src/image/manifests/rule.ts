/** What a rule is: a question, with its explanation beside it. The table in the documentation is made from these. */
import type {ManifestsConfig} from '../../config/image-schema.ts'
import type {Severity} from '../../core/severity.ts'
import type {Misconfiguration, Place} from '../scan.ts'
import type {Cluster} from './cluster.ts'
import type {ManifestObject} from './objects.ts'
import type {Container, Workload} from './workload.ts'

export interface About {
  /** `k8s-run-as-non-root`, `docker-user-root`: stable, for waivers and rules of the gate. */
  readonly id: string
  /**
   * Of manifests: critical is what the Pod Security Standard "baseline" forbids (known ways out of a pod), and what makes a rollout
   * measure nothing; high is what "restricted" forbids, and what the default policy asks of a service in production.
   * Below that are good practice and advice.
   */
  readonly severity: Severity
  /** What is wrong, in a few words. */
  readonly title: string
  /** What is asked, and of which workloads. */
  readonly asks: string
  readonly why: string
  readonly url: string
}

/** What a rule says of one place, in the words of a scan. */
export function misconfigured(about: About, place: Place, message: string, remedy: string): Misconfiguration {
  const {id, title, severity, url} = about
  return {kind: 'misconfiguration', id, title, severity, places: [place], foundBy: ['slipway'], url, message, remedy}
}

/** One place where it is wrong. */
export interface Sighting {
  readonly container?: Container
  readonly file: string
  readonly line: number
  /** What is configured how; follows "Deployment x, container y: " and ends without a full stop. */
  readonly seen: string
  /** What to write, with its place. */
  readonly remedy: string
}

export interface WorkloadRule extends About {
  readonly of: 'workload'
  judge(workload: Workload, cluster: Cluster, limits: ManifestsConfig): readonly Sighting[]
}

/** A question to all objects together. `label` begins the message. */
export interface ClusterRule extends About {
  readonly of: 'cluster'
  judge(cluster: Cluster, workloads: readonly Workload[]): readonly (Sighting & {readonly label: string})[]
}

export type ManifestRule = WorkloadRule | ClusterRule

/** A sighting in a container. */
function inContainer(
  workload: Workload,
  container: Container,
  {line, seen, remedy}: {line?: number | undefined; seen: string; remedy: string},
): Sighting {
  return {container, file: workload.object.file, line: line ?? container.tree.line, seen, remedy}
}

/** Asks every container, in the order of the file. */
export function eachContainer(
  workload: Workload,
  judge: (container: Container) => {line?: number | undefined; seen: string; remedy: string} | undefined,
): readonly Sighting[] {
  return workload.containers.flatMap(container => {
    const said = judge(container)
    return said ? [inContainer(workload, container, said)] : []
  })
}

/** A sighting in the pod, or in the workload itself. */
export function inPod(
  workload: Workload,
  {line, seen, remedy}: {line?: number | undefined; seen: string; remedy: string},
): Sighting {
  return {file: workload.object.file, line: line ?? workload.pod.line, seen, remedy}
}

/** A sighting in another object, such as a budget or an autoscaler. */
export function inObject(object: ManifestObject, said: {line?: number; seen: string; remedy: string}): Sighting {
  return {file: object.file, line: said.line ?? object.line, seen: said.seen, remedy: said.remedy}
}

const concepts = 'https://kubernetes.io/docs/concepts'
const tasks = 'https://kubernetes.io/docs/tasks'
export const pages = {
  standards: `${concepts}/security/pod-security-standards/`,
  context: `${tasks}/configure-pod-container/security-context/`,
  volumes: `${concepts}/storage/volumes/#hostpath`,
  resources: `${concepts}/configuration/manage-resources-containers/`,
  accelerators: `${tasks}/manage-gpus/scheduling-gpus/`,
  probes: `${tasks}/configure-pod-container/configure-liveness-readiness-startup-probes/`,
  images: `${concepts}/containers/images/`,
  budgets: `${tasks}/run-application/configure-pdb/`,
  disruptions: `${concepts}/workloads/pods/disruptions/`,
  replicas: `${concepts}/workloads/controllers/deployment/`,
  autoscaling: `${tasks}/run-application/horizontal-pod-autoscale/`,
  network: `${concepts}/services-networking/network-policies/`,
  accounts: `${tasks}/configure-pod-container/configure-service-account/`,
  spread: `${concepts}/scheduling-eviction/topology-spread-constraints/`,
  priority: `${concepts}/scheduling-eviction/pod-priority-preemption/`,
  secrets: `${concepts}/configuration/secret/`,
  namespaces: `${concepts}/overview/working-with-objects/namespaces/`,
  quota: `${concepts}/policy/resource-quotas/`,
  limitRange: `${concepts}/policy/limit-range/`,
  removed: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
  objects: `${concepts}/overview/working-with-objects/names/`,
} as const
