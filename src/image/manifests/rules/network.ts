/** Who may speak to the pods, and with whom they may speak. */

import {inObject, inPod, pages, type WorkloadRule} from '../rule.ts'
import {cut, isTrue} from '../tree.ts'
import {labelsOf, type Workload} from '../workload.ts'

const policy: WorkloadRule = {
  of: 'workload',
  id: 'k8s-network-policy',
  severity: 'high',
  title: 'Every pod of the cluster may connect to it',
  asks: 'A NetworkPolicy (or Cilium’s) selects the pods and closes what comes in.',
  why: 'What broke into any other pod can reach the model, its metrics and its management port.',
  url: pages.network,
  judge: (workload, cluster) => {
    if (onHostNetwork(workload)) return []
    const policies = cluster.policiesOf(workload)
    if (policies.some(({closesIngress}) => closesIngress)) return []
    return [
      inPod(workload, {
        line: workload.object.line,
        seen:
          policies.length === 0
            ? 'no NetworkPolicy selects its pods'
            : `${cut(policies[0]?.object.name ?? '')} selects its pods and closes nothing that comes in`,
        remedy: `Add a NetworkPolicy with policyTypes: [Ingress], rules for its callers, and a podSelector of these labels: ${labelsOf(workload)}.`,
      }),
    ]
  },
}

const open: WorkloadRule = {
  of: 'workload',
  id: 'k8s-network-policy-open',
  severity: 'medium',
  title: 'Its network policy lets everybody in',
  asks: 'No rule for what comes in is empty.',
  why: 'Policies add up: one rule without conditions opens what all others close.',
  url: pages.network,
  judge: (workload, cluster) =>
    cluster
      .policiesOf(workload)
      .filter(({isOpen}) => isOpen)
      // One is enough to open everything; thousands of them, on thousands of workloads, would be millions of findings.
      .slice(0, 1)
      .map(({object}) =>
        inObject(object, {
          seen: `its NetworkPolicy ${cut(object.name)} has a rule in ingress without conditions`,
          remedy: 'Name the callers in it, with from and ports.',
        }),
      ),
}

const egress: WorkloadRule = {
  of: 'workload',
  id: 'k8s-network-policy-egress',
  severity: 'low',
  title: 'It may connect to everything',
  asks: 'A NetworkPolicy (or Cilium’s) selects the pods and closes what goes out.',
  why: 'What runs in a model’s server can send its data anywhere.',
  url: pages.network,
  judge: (workload, cluster) => {
    if (onHostNetwork(workload) || cluster.policiesOf(workload).some(({closesEgress}) => closesEgress)) return []
    return [
      inPod(workload, {
        line: workload.object.line,
        seen: 'no NetworkPolicy closes what its pods send',
        remedy: 'Add Egress to policyTypes, with rules for DNS and for what it needs.',
      }),
    ]
  },
}

/** No policy reaches such pods; that they are there at all is k8s-host-namespaces. */
function onHostNetwork({pod}: Workload): boolean {
  return isTrue(pod, 'hostNetwork')
}

export const networkRules: readonly WorkloadRule[] = [policy, open, egress]
