/** How Kubernetes learns that a pod can serve, still lives, and has started. */

import {eachContainer, inPod, pages, type WorkloadRule} from '../rule.ts'
import {at, itemsAt, numberAt, type Tree, textAt, textsAt} from '../tree.ts'
import type {Container, Workload} from '../workload.ts'

const readiness: WorkloadRule = {
  of: 'workload',
  id: 'k8s-readiness-probe',
  severity: 'critical',
  title: 'Nobody asks whether the pod can serve',
  asks: 'A `readinessProbe` in each container that opens ports, and in one container at least. Not asked of jobs, nor where Knative or KServe bring one.',
  why: 'The pod gets requests before its model is loaded, and a rollout takes the errors for those of the release.',
  url: pages.probes,
  judge: workload => {
    if (!serves(workload)) return []
    const staying = workload.containers.filter(stays)
    const remedy = (container: Container): string =>
      `Write ${container.path}.readinessProbe, such as httpGet with path /ready and the port that serves.`
    const nobody = !staying.some(container => at(container.tree, 'readinessProbe'))
    const [first] = staying
    if (nobody && first && !staying.some(opensPorts)) {
      return [inPod(workload, {seen: 'no container has a readinessProbe', remedy: remedy(first)})]
    }
    return eachContainer(workload, container => {
      if (!stays(container) || !opensPorts(container) || at(container.tree, 'readinessProbe')) return undefined
      return {seen: 'readinessProbe is not set', remedy: remedy(container)}
    })
  },
}

const liveness: WorkloadRule = {
  of: 'workload',
  id: 'k8s-liveness-probe',
  severity: 'high',
  title: 'Nobody notices when the container hangs',
  asks: 'A `livenessProbe` in each container that stays. Not asked of jobs, nor where Knative or KServe bring one.',
  why: 'A server that waits for itself stays in place until a person restarts it.',
  url: pages.probes,
  judge: workload =>
    serves(workload)
      ? eachContainer(workload, container => {
          if (!stays(container) || at(container.tree, 'livenessProbe')) return undefined
          return {
            seen: 'livenessProbe is not set',
            remedy: `Write ${container.path}.livenessProbe, such as httpGet with path /alive: not one that asks other services.`,
          }
        })
      : [],
}

const startup: WorkloadRule = {
  of: 'workload',
  id: 'k8s-startup-probe',
  severity: 'low',
  title: 'A slow start may be taken for a hang',
  asks: 'A `startupProbe` beside each `livenessProbe`.',
  why: 'A model that takes longer to load than the liveness probe waits is killed while it loads, again and again.',
  url: pages.probes,
  judge: workload =>
    eachContainer(workload, container => {
      const live = at(container.tree, 'livenessProbe')
      if (!stays(container) || !live || at(container.tree, 'startupProbe')) return undefined
      return {
        line: live.line,
        seen: `startupProbe is not set, and the liveness probe gives up after ${patienceSeconds(live)} s`,
        remedy: `Write ${container.path}.startupProbe with the liveness probe’s question, and failureThreshold × periodSeconds above the longest load.`,
      }
    }),
}

const sameProbe: WorkloadRule = {
  of: 'workload',
  id: 'k8s-probes-differ',
  severity: 'low',
  title: 'Busy is treated as dead',
  asks: 'The liveness probe asks something else than the readiness probe, or waits longer.',
  why: 'What should only be taken out of traffic is killed as soon, and its load falls on the others.',
  url: pages.probes,
  judge: workload =>
    eachContainer(workload, container => {
      const live = at(container.tree, 'livenessProbe')
      const ready = at(container.tree, 'readinessProbe')
      if (!live || !ready || question(live) !== question(ready)) return undefined
      if (patienceSeconds(live) > patienceSeconds(ready)) return undefined
      return {
        line: live.line,
        seen: 'livenessProbe asks what readinessProbe asks, and gives up as soon',
        remedy: `Write a higher ${container.path}.livenessProbe.failureThreshold, or ask a path that depends on nothing.`,
      }
    }),
}

function serves({pattern, pod}: Workload): boolean {
  if (pattern === 'pod') return (textAt(pod, 'restartPolicy') ?? 'Always') === 'Always'
  return pattern === 'replicated' || pattern === 'daemon'
}

function stays({role}: Container): boolean {
  return role === 'main' || role === 'sidecar'
}

function opensPorts({tree}: Container): boolean {
  return itemsAt(tree, 'ports').length > 0
}

/** Seconds of failing probes after which it is given up, with the defaults of Kubernetes: 10 s, 3 times. */
function patienceSeconds(probe: Tree): number {
  const period = numberAt(probe, 'periodSeconds') ?? 10
  const failures = numberAt(probe, 'failureThreshold') ?? 3
  return (numberAt(probe, 'initialDelaySeconds') ?? 0) + period * failures
}

/** What a probe asks, as text that is equal for equal questions. Headers make no other question. */
function question(probe: Tree): string {
  const parts = [
    ...['path', 'port', 'host', 'scheme'].map(key => ['httpGet', key]),
    ...['port', 'host'].map(key => ['tcpSocket', key]),
    ...['port', 'service'].map(key => ['grpc', key]),
  ].map(path => textAt(probe, ...path) ?? null)
  return JSON.stringify([...parts, textsAt(probe, 'exec', 'command').slice(0, 100)])
}

export const healthRules: readonly WorkloadRule[] = [readiness, liveness, startup, sameProbe]
