/** What a pod asks of its node, and what it may take at most. */

import type {Cluster} from '../cluster.ts'
import {parseKubernetesQuantity} from '../kubernetes-quantity.ts'
import {eachContainer, pages, type WorkloadRule} from '../rule.ts'
import {at, cut, type Tree, textAt} from '../tree.ts'
import type {Container, Workload} from '../workload.ts'

interface Asked {
  readonly field: 'requests' | 'limits'
  readonly resource: 'cpu' | 'memory'
  readonly severity: WorkloadRule['severity']
  readonly title: string
  readonly why: string
  readonly example: string
}

const asked: readonly Asked[] = [
  {
    field: 'requests',
    resource: 'cpu',
    severity: 'high',
    title: 'No CPU is set aside',
    why: 'The scheduler counts it as nothing, a full node starves it first, and an autoscaler by CPU cannot work.',
    example: '500m',
  },
  {
    field: 'requests',
    resource: 'memory',
    severity: 'high',
    title: 'No memory is set aside',
    why: 'The scheduler puts it where there is none, and a node without memory evicts it first.',
    example: '2Gi',
  },
  {
    field: 'limits',
    resource: 'memory',
    severity: 'high',
    title: 'Memory has no limit',
    why: 'A leak, or one large request, takes the memory of everything on the node.',
    example: '2Gi',
  },
  {
    field: 'limits',
    resource: 'cpu',
    severity: 'medium',
    title: 'CPU has no limit',
    why: 'A busy pod takes the CPU of its neighbours. Where latency matters more, list this id in image.manifests.ignore.',
    example: '2',
  },
]

const setRules: readonly WorkloadRule[] = asked.map(({field, resource, severity, title, why, example}) => ({
  of: 'workload',
  id: `k8s-${resource}-${field === 'requests' ? 'request' : 'limit'}`,
  severity,
  title,
  asks: `\`resources.${field}.${resource}\` for each container; a LimitRange beside it, or the pod’s own \`resources\`, count.`,
  why,
  url: pages.resources,
  judge: (workload, cluster) =>
    eachContainer(workload, container => {
      if (container.role === 'ephemeral' || container.partial) return undefined
      if (isSet(container, workload, cluster, field, resource)) return undefined
      return {
        line: at(container.tree, 'resources')?.line,
        seen: `resources.${field}.${resource} is not set`,
        remedy: `Write ${container.path}.resources.${field}.${resource}, such as ${example}.`,
      }
    }),
}))

function isSet(
  container: Container,
  workload: Workload,
  cluster: Cluster,
  field: 'requests' | 'limits',
  resource: string,
): boolean {
  // A limit without a request is taken for the request too (Kubernetes, "Resource Management for Pods and Containers").
  const fields = field === 'limits' ? ['limits'] : ['requests', 'limits']
  const holders = [container.tree, workload.pod]
  if (holders.some(holder => fields.some(each => isPositive(at(holder, 'resources', each, resource))))) return true
  return cluster.hasDefault(workload, field, resource)
}

function isPositive(tree: Tree | undefined): boolean {
  const amount = parseKubernetesQuantity(textAt(tree) ?? '')
  return amount !== undefined && amount > 0
}

/** Kubernetes cannot share out what it counts by name: `nvidia.com/gpu`, `amd.com/gpu`, `google.com/tpu`. */
const accelerators: WorkloadRule = {
  of: 'workload',
  id: 'k8s-accelerator',
  severity: 'high',
  title: 'Accelerators are asked for in a way that Kubernetes refuses',
  asks: 'Extended resources such as `nvidia.com/gpu` stand in `limits`, and in `requests` with the same number or not at all.',
  why: 'They cannot be shared or overcommitted: the pod is refused, and never starts.',
  url: pages.accelerators,
  judge: workload =>
    eachContainer(workload, container => {
      const requests = at(container.tree, 'resources', 'requests')
      if (requests?.kind !== 'mapping') return undefined
      for (const [name, amount] of requests.entries) {
        if (!name.includes('/')) continue
        const limit = at(container.tree, 'resources', 'limits', name)
        const [asks, may] = [amount, limit].map(each => parseKubernetesQuantity(textAt(each) ?? ''))
        if (limit && asks === may) continue
        return {
          line: amount.line,
          seen: `it requests ${cut(textAt(amount) ?? '')} ${cut(name)} and its limit is ${cut(textAt(limit) ?? 'not set')}`,
          remedy: `Write the same number in ${container.path}.resources.limits, or leave out the request.`,
        }
      }
      return undefined
    }),
}

const requestAboveLimit: WorkloadRule = {
  of: 'workload',
  id: 'k8s-request-above-limit',
  severity: 'high',
  title: 'More is set aside than may be used',
  asks: 'No request is above its limit, and each is a quantity.',
  why: 'Kubernetes refuses the pod.',
  url: pages.resources,
  judge: workload =>
    eachContainer(workload, container => {
      for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
        const request = at(container.tree, 'resources', 'requests', resource)
        const limit = at(container.tree, 'resources', 'limits', resource)
        const [asks, may] = [request, limit].map(each => parseKubernetesQuantity(textAt(each) ?? ''))
        const broken = (request && asks === undefined) || (limit && may === undefined)
        const above = asks !== undefined && may !== undefined && asks > may
        if (!broken && !above) continue
        const words = `${resource}: request ${cut(textAt(request) ?? 'not set')}, limit ${cut(textAt(limit) ?? 'not set')}`
        return {
          line: (request ?? limit)?.line,
          seen: above ? `${words}` : `${words}, of which one is no quantity`,
          remedy: `Correct ${container.path}.resources, such as ${resource}: ${resource === 'cpu' ? '500m' : '2Gi'}.`,
        }
      }
      return undefined
    }),
}

export const resourceRules: readonly WorkloadRule[] = [...setRules, accelerators, requestAboveLimit]
