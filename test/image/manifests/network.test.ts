import {expect, test} from 'vitest'
import {check} from './changed.ts'

const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n, labels: {app: a}}\nspec: {containers: [{name: b, image: c}]}'
const ids = (policy: string) =>
  check(`${pod}\n---\n${policy}`)
    .flaws.map(({id}) => id)
    .filter(id => id.startsWith('k8s-network'))

/** https://docs.cilium.io/en/stable/security/policy/: a direction is closed where there are rules for it. */
test.each([
  ['CiliumNetworkPolicy', 'n', 'endpointSelector: {matchLabels: {app: a}}, ingress: [{}], egress: [{}]', []],
  [
    'CiliumNetworkPolicy',
    'n',
    'endpointSelector: {matchLabels: {"k8s:app": a}}, ingress: [{}]',
    ['k8s-network-policy-egress'],
  ],
  ['CiliumNetworkPolicy', 'n', 'endpointSelector: {}, ingressDeny: [{}]', ['k8s-network-policy-egress']],
  [
    'CiliumNetworkPolicy',
    'other',
    'endpointSelector: {}, ingress: [{}], egress: [{}]',
    ['k8s-network-policy', 'k8s-network-policy-egress'],
  ],
  ['CiliumClusterwideNetworkPolicy', 'other', 'endpointSelector: {}, ingress: [{}], egress: [{}]', []],
  [
    'CiliumClusterwideNetworkPolicy',
    'other',
    'endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": n}}, ingress: [{}], egress: [{}]',
    [],
  ],
])('%s in %s with {%s}', (kind, namespace, spec, expected) => {
  const policy = `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: {name: p, namespace: ${namespace}}\nspec: {${spec}}`
  expect(ids(policy)).toEqual(expected)
})

test('a Pod of its own has its labels in its own metadata', () => {
  const policy =
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: n}\nspec: {podSelector: {matchLabels: {app: a}}, policyTypes: [Ingress, Egress]}'
  expect(ids(policy)).toEqual([])
})
