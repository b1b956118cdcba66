/** How many pods maintenance may take at once. */

import {leastPods} from '../cluster.ts'
import type {ManifestObject} from '../objects.ts'
import {inObject, inPod, pages, type WorkloadRule} from '../rule.ts'
import {at, cut, numberAt, type Tree, textAt} from '../tree.ts'
import {labelsOf} from '../workload.ts'

const budget: WorkloadRule = {
  of: 'workload',
  id: 'k8s-disruption-budget',
  severity: 'high',
  title: 'Maintenance may take all pods at once',
  asks: 'A PodDisruptionBudget selects the pods of each Deployment, StatefulSet, ReplicaSet and Rollout.',
  why: 'A drain of nodes, as each upgrade of a cluster does, evicts what no budget protects.',
  url: pages.budgets,
  judge: (workload, cluster, {'available-at-least': least}) => {
    if (workload.pattern !== 'replicated' || cluster.budgetsOf(workload).length > 0) return []
    const others = cluster.otherBudgets(workload)
    const which =
      others.length === 0 ? '' : `, and ${names(others)} ${others.length === 1 ? 'selects' : 'select'} other pods`
    return [
      inPod(workload, {
        line: workload.object.line,
        seen: `no PodDisruptionBudget selects its pods${which}`,
        remedy: `Add one with spec.minAvailable: ${least} and ${labelsOf(workload)}.`,
      }),
    ]
  },
}

const budgetKeeps: WorkloadRule = {
  of: 'workload',
  id: 'k8s-disruption-budget-keeps',
  severity: 'high',
  title: 'Its disruption budget keeps too few pods',
  asks: 'The budget keeps at least `image.manifests.available-at-least` (2) of the fewest pods that there may be.',
  why: 'It allows the very outage that it is there to prevent.',
  url: pages.budgets,
  judge: (workload, cluster, {'available-at-least': least}) => {
    const count = leastPods(workload, cluster)
    // That there are several is a finding of its own.
    return cluster
      .budgetsOf(workload)
      .slice(0, 1)
      .flatMap(each => {
        const kept = keptPods(each, count)
        if (kept !== undefined && kept >= Math.min(least, Math.max(0, count - 1))) return []
        const words = kept === undefined ? 'names neither minAvailable nor maxUnavailable' : `keeps ${kept} of ${count}`
        return [
          inObject(each, {
            line: at(each.tree, 'spec')?.line ?? each.line,
            seen: `its PodDisruptionBudget ${cut(each.name)} ${words}`,
            remedy: `Write spec.minAvailable: ${least} in it${count <= least ? `, and at least ${least + 1} pods` : ''}.`,
          }),
        ]
      })
  },
}

const budgetBlocks: WorkloadRule = {
  of: 'workload',
  id: 'k8s-disruption-budget-blocks',
  severity: 'medium',
  title: 'Nodes of it can never be drained',
  asks: 'A budget leaves one pod at least that may go, and each pod has one budget only.',
  why: 'An upgrade of the cluster waits for ever, or is forced, and then nothing is protected.',
  url: pages.disruptions,
  judge: (workload, cluster) => {
    const count = leastPods(workload, cluster)
    const budgets = cluster.budgetsOf(workload)
    const [first, second] = budgets
    if (first && second) {
      const seen = `its pods have ${budgets.length} PodDisruptionBudgets, ${names(budgets.map(({name}) => name))}, and none of them can then be evicted`
      return [inObject(second, {seen, remedy: 'Keep one of them.'})]
    }
    const kept = first && keptPods(first, count)
    if (!first || kept === undefined || kept < count || count === 0) return []
    return [
      inObject(first, {
        line: at(first.tree, 'spec')?.line ?? first.line,
        seen: `its PodDisruptionBudget ${cut(first.name)} keeps ${kept} of ${count}`,
        remedy: 'Write spec.maxUnavailable: 1 in it, or ask for more pods.',
      }),
    ]
  },
}

/**
 * Pods that a budget keeps of `count`; undefined where it does not say. Shares are rounded up, both of what stays and of
 * what may go (Kubernetes, "Specifying a Disruption Budget").
 */
function keptPods(disruptionBudget: ManifestObject, count: number): number | undefined {
  const stays = amountOf(at(disruptionBudget.tree, 'spec', 'minAvailable'), count)
  if (stays !== undefined) return stays
  const goes = amountOf(at(disruptionBudget.tree, 'spec', 'maxUnavailable'), count)
  return goes === undefined ? undefined : Math.max(0, count - goes)
}

function amountOf(tree: Tree | undefined, count: number): number | undefined {
  const number = numberAt(tree)
  if (number !== undefined) return number
  const share = /^(\d{1,3})%$/.exec(textAt(tree) ?? '')
  return share ? Math.ceil((Number(share[1]) / 100) * count) : undefined
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, 3).map(each => cut(each))
  return all.length > 3 ? `${shown.join(', ')} and ${all.length - 3} more` : shown.join(', ')
}

export const disruptionRules: readonly WorkloadRule[] = [budget, budgetKeeps, budgetBlocks]
