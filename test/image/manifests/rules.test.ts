import {describe, expect, test} from 'vitest'
import {dockerfileRules} from '../../../src/image/manifests/dockerfile.ts'
import {imageFactRules} from '../../../src/image/manifests/image-facts.ts'
import {manifestRules} from '../../../src/image/manifests/rules.ts'
import {careful, changed, check, idsOf} from './changed.ts'

type Change = readonly [string, string]

const context = 'allowPrivilegeEscalation: false'
const emptyDir = 'emptyDir: {}'

/** One change to a manifest of which nothing is said, and all that is said of it then. */
const cases: readonly (readonly [title: string, changes: readonly Change[], ids: readonly string[]])[] = [
  ['nothing', [], []],
  // The Pod Security Standard "baseline" (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
  ['a privileged container', [[context, `${context}\n            privileged: true`]], ['k8s-privileged']],
  [
    'the host’s network',
    [['priorityClassName', 'hostNetwork: true\n      priorityClassName']],
    ['k8s-host-namespaces'],
  ],
  ['the host’s processes', [['priorityClassName', 'hostPID: yes\n      priorityClassName']], ['k8s-host-namespaces']],
  ['the host’s memory', [['priorityClassName', 'hostIPC: true\n      priorityClassName']], ['k8s-host-namespaces']],
  [
    'the kernel’s administrator',
    [['capabilities: {', 'capabilities: {add: [SYS_ADMIN], ']],
    ['k8s-dangerous-capability', 'k8s-drop-capabilities'],
  ],
  ['a small port', [['capabilities: {', 'capabilities: {add: [NET_BIND_SERVICE], ']], []],
  [
    'a capability that runtimes give anyway',
    [['capabilities: {', 'capabilities: {add: [CHOWN], ']],
    ['k8s-drop-capabilities'],
  ],
  ['a path of the node', [[emptyDir, 'hostPath: {path: /var/run/docker.sock}']], ['k8s-host-path']],
  [
    'a port of the node',
    [['containerPort: 8080', 'containerPort: 8080\n              hostPort: 80']],
    ['k8s-host-port'],
  ],
  ['no filter for system calls', [['{type: RuntimeDefault}', '{type: Unconfined}']], ['k8s-seccomp', 'k8s-unconfined']],
  ['a profile of its own', [['{type: RuntimeDefault}', '{type: Localhost, localhostProfile: a.json}']], []],
  [
    'AppArmor switched off',
    [[context, `${context}\n            appArmorProfile: {type: Unconfined}`]],
    ['k8s-unconfined'],
  ],
  ['the whole of /proc', [[context, `${context}\n            procMount: Unmasked`]], ['k8s-unconfined']],
  ['another type of SELinux', [[context, `${context}\n            seLinuxOptions: {type: spc_t}`]], ['k8s-unconfined']],
  [
    'a parameter of the kernel',
    [['runAsUser: 65532', 'sysctls: [{name: kernel.msgmax, value: "1"}]\n        runAsUser: 65532']],
    ['k8s-unsafe-sysctl'],
  ],
  [
    'a safe parameter',
    [['runAsUser: 65532', 'sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]\n        runAsUser: 65532']],
    [],
  ],
  [
    'a HostProcess container',
    [['runAsUser: 65532', 'windowsOptions: {hostProcess: true}\n        runAsUser: 65532']],
    ['k8s-host-process'],
  ],
  // "restricted".
  ['the user 0', [['runAsUser: 65532', 'runAsUser: 0']], ['k8s-run-as-non-root']],
  ['a user with a number', [['runAsNonRoot: true\n', '\n']], []],
  ['no user at all', [['        runAsNonRoot: true\n        runAsUser: 65532\n', '']], ['k8s-run-as-non-root']],
  [
    'root for one container, against its pod',
    [[context, `${context}\n            runAsUser: 0`]],
    ['k8s-run-as-non-root'],
  ],
  [
    '"true" in quotes, which is no truth value',
    [['runAsNonRoot: true\n        runAsUser: 65532', 'runAsNonRoot: "true"']],
    ['k8s-run-as-non-root'],
  ],
  ['escalation', [[context, 'allowPrivilegeEscalation: true']], ['k8s-privilege-escalation']],
  ['nothing about escalation', [[`${context}\n            `, '']], ['k8s-privilege-escalation']],
  ['some capabilities dropped', [['drop: [ALL]', 'drop: [NET_RAW]']], ['k8s-drop-capabilities']],
  ['no profile for system calls', [['        seccompProfile: {type: RuntimeDefault}\n', '']], ['k8s-seccomp']],
  [
    'a root that can be written',
    [['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false']],
    ['k8s-read-only-root'],
  ],
  ['a volume of NFS', [[emptyDir, 'nfs: {server: a, path: /}']], ['k8s-volume-type']],
  [
    'an account with its token',
    [['automountServiceAccountToken: false', 'automountServiceAccountToken: true']],
    ['k8s-service-account-token'],
  ],
  ['another account', [['serviceAccountName: credit', 'serviceAccountName: other']], ['k8s-service-account-token']],
  ['another account, and no token', [['serviceAccountName: credit', 'automountServiceAccountToken: false']], []],
  // Probes.
  [
    'nobody who asks whether it is ready',
    [['readinessProbe:\n            httpGet: {path: /ready, port: 8080}', 'tty: false']],
    ['k8s-readiness-probe'],
  ],
  [
    'nobody who asks whether it lives',
    [
      ['livenessProbe:', 'lifecycle:'],
      ['httpGet: {path: /alive, port: 8080}\n          readiness', 'preStop: {}\n          readiness'],
    ],
    ['k8s-liveness-probe'],
  ],
  [
    'no time to start',
    [
      ['startupProbe:', 'lifecycle:'],
      ['failureThreshold: 30', 'x: 1'],
    ],
    ['k8s-startup-probe'],
  ],
  ['one question for both', [['/ready', '/alive']], ['k8s-probes-differ']],
  [
    'one question, and more patience for the kill',
    [
      ['/ready', '/alive'],
      ['livenessProbe:', 'livenessProbe:\n            failureThreshold: 6'],
    ],
    [],
  ],
  // Resources.
  [
    'no CPU set aside',
    [
      ['requests: {cpu: 500m, ', 'requests: {'],
      ['limits: {cpu: "2", ', 'limits: {'],
    ],
    ['k8s-autoscaler-blind', 'k8s-cpu-limit', 'k8s-cpu-request'],
  ],
  ['a limit of CPU that stands for the request', [['requests: {cpu: 500m, ', 'requests: {']], []],
  [
    'no memory set aside',
    [
      ['requests: {cpu: 500m, memory: 2Gi}', 'requests: {cpu: 500m}'],
      ['memory: 2Gi, nvidia', 'nvidia'],
    ],
    ['k8s-autoscaler-blind', 'k8s-memory-limit', 'k8s-memory-request'],
  ],
  [
    'no limit of memory for what only starts',
    [['limits: {cpu: "1", memory: 256Mi}', 'limits: {cpu: "1"}']],
    ['k8s-memory-limit'],
  ],
  [
    'defaults of the namespace',
    [
      ['limits: {cpu: "1", memory: 256Mi}', 'limits: {cpu: "1"}'],
      [
        '- type: PersistentVolumeClaim',
        '- type: Container\n      default: {memory: 1Gi}\n    - type: PersistentVolumeClaim',
      ],
    ],
    [],
  ],
  [
    'a request above its limit',
    [['requests: {cpu: 500m, memory: 2Gi}', 'requests: {cpu: 500m, memory: 3Gi}']],
    ['k8s-request-above-limit'],
  ],
  [
    'what is no quantity',
    [['requests: {cpu: 500m, memory: 2Gi}', 'requests: {cpu: 500m, memory: 2GB}']],
    ['k8s-request-above-limit'],
  ],
  [
    'a request of an accelerator that its limit does not match',
    [['requests: {cpu: 500m, memory: 2Gi}', 'requests: {cpu: 500m, memory: 2Gi, nvidia.com/gpu: 2}']],
    ['k8s-accelerator'],
  ],
  // How many, and where.
  [
    'an autoscaler that goes down to one',
    [['  minReplicas: 3\n', '']],
    ['k8s-disruption-budget-blocks', 'k8s-replicas'],
  ],
  [
    'no autoscaler, and no number',
    [['kind: HorizontalPodAutoscaler', 'kind: Lease']],
    ['k8s-autoscaler', 'k8s-disruption-budget-blocks', 'k8s-replicas'],
  ],
  [
    'no autoscaler, and enough',
    [
      ['kind: HorizontalPodAutoscaler', 'kind: Lease'],
      ['spec:\n  selector:\n', 'spec:\n  replicas: 3\n  selector:\n'],
    ],
    ['k8s-autoscaler'],
  ],
  [
    'a number beside the autoscaler',
    [['spec:\n  selector:\n', 'spec:\n  replicas: 3\n  selector:\n']],
    ['k8s-replicas-beside-autoscaler'],
  ],
  ['an autoscaler that cannot scale', [['maxReplicas: 10', 'maxReplicas: 3']], ['k8s-autoscaler-targets']],
  [
    'an autoscaler that waits for 95 %',
    [['averageUtilization: 70', 'averageUtilization: 95']],
    ['k8s-autoscaler-targets'],
  ],
  [
    'an autoscaler of another workload',
    [['kind: Deployment, name: credit', 'kind: Deployment, name: debit']],
    ['k8s-autoscaler', 'k8s-disruption-budget-blocks', 'k8s-replicas'],
  ],
  [
    'a budget of other pods',
    [
      [
        'minAvailable: 2\n  selector: {matchLabels: {app: credit}}',
        'minAvailable: 2\n  selector: {matchLabels: {app: debit}}',
      ],
    ],
    ['k8s-disruption-budget'],
  ],
  [
    'a budget for all pods',
    [['minAvailable: 2\n  selector: {matchLabels: {app: credit}}', 'minAvailable: 2\n  selector: {}']],
    [],
  ],
  ['a budget that keeps one', [['minAvailable: 2', 'minAvailable: 1']], ['k8s-disruption-budget-keeps']],
  // 34 % of 3 pods are 1.02, rounded up: two may go, one stays.
  ['a budget of which a share may go', [['minAvailable: 2', 'maxUnavailable: 34%']], ['k8s-disruption-budget-keeps']],
  ['a budget that keeps a share', [['minAvailable: 2', 'minAvailable: 34%']], []],
  ['a budget that keeps all', [['minAvailable: 2', 'minAvailable: 100%']], ['k8s-disruption-budget-blocks']],
  [
    'a budget that says nothing',
    [['minAvailable: 2', 'unhealthyPodEvictionPolicy: AlwaysAllow']],
    ['k8s-disruption-budget-keeps'],
  ],
  ['no spread', [['topologySpreadConstraints:', 'tolerations:']], ['k8s-spread']],
  [
    'a spread of other pods',
    [['labelSelector: {matchLabels: {app: credit}}', 'labelSelector: {matchLabels: {app: debit}}']],
    ['k8s-spread'],
  ],
  ['no priority', [['      priorityClassName: serving\n', '']], ['k8s-priority-class']],
  [
    'pods that all go before new ones come',
    [['spec:\n  selector:\n', 'spec:\n  strategy: {type: Recreate}\n  selector:\n']],
    ['k8s-recreate'],
  ],
  [
    'a selector of other pods',
    [['  selector:\n    matchLabels: {app: credit}', '  selector:\n    matchLabels: {app: debit}']],
    ['k8s-selector-mismatch'],
  ],
  [
    'a budget of a kind that somebody else has defined',
    [['apiVersion: policy/v1', 'apiVersion: example.com/v1']],
    ['k8s-disruption-budget'],
  ],
  // Network.
  [
    'a service of other pods',
    [['  selector: {app: credit}\n  ports', '  selector: {app: debit}\n  ports']],
    ['k8s-service-without-pods'],
  ],
  ['a service of no pods', [['  selector: {app: credit}\n  ports', '  ports']], []],
  [
    'a policy of other pods',
    [['podSelector: {matchLabels: {app: credit}}\n', 'podSelector: {matchLabels: {app: debit}}\n']],
    ['k8s-network-policy', 'k8s-network-policy-egress'],
  ],
  ['a policy for all pods', [['podSelector: {matchLabels: {app: credit}}\n', 'podSelector: {}\n']], []],
  [
    'a policy of what goes out alone',
    [['policyTypes: [Ingress, Egress]', 'policyTypes: [Egress]']],
    ['k8s-network-policy'],
  ],
  [
    'a policy of what comes in alone',
    [['policyTypes: [Ingress, Egress]', 'policyTypes: [Ingress]']],
    ['k8s-network-policy-egress'],
  ],
  ['a policy that lets everybody in', [['  ingress:\n', '  ingress:\n    - {}\n']], ['k8s-network-policy-open']],
  [
    'a policy in another namespace',
    [
      [
        'kind: NetworkPolicy\nmetadata: {name: credit, namespace: scoring}',
        'kind: NetworkPolicy\nmetadata: {name: credit, namespace: other}',
      ],
    ],
    ['k8s-network-policy', 'k8s-network-policy-egress'],
  ],
  // What runs.
  [
    'an image by its tag',
    [['credit:v12@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'credit:v12']],
    ['k8s-image-digest'],
  ],
  [
    'an image without a tag, from a registry with a port',
    [['credit:v12@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'credit']],
    ['k8s-image-latest'],
  ],
  [
    'a digest that is none',
    [
      [
        '@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n          ports',
        '@sha256:0123\n          ports',
      ],
    ],
    ['k8s-image-digest'],
  ],
  [
    'a secret as plain text',
    [['valueFrom: {secretKeyRef: {name: hub, key: token}}', 'value: hunter2']],
    ['k8s-plain-secret'],
  ],
  [
    'a key of a known form under a harmless name',
    [['value: /models/tokenizer.json', 'value: AKIAIOSFODNN7EXAMPLE']],
    ['k8s-plain-secret'],
  ],
  ['the namespace "default"', [['namespace: scoring', 'namespace: default']], ['k8s-default-namespace']],
  // All together.
  ['no quota', [['kind: ResourceQuota', 'kind: Lease']], ['k8s-resource-quota']],
  ['no defaults', [['kind: LimitRange', 'kind: Lease']], ['k8s-limit-range']],
  ['a version of the API that is gone', [['autoscaling/v2', 'autoscaling/v2beta2']], ['k8s-removed-version']],
]

describe('what is said of a manifest', () => {
  test.each(cases)('with %s', (_, changes, ids) => {
    const {unread} = check(changed(careful, ...changes))
    expect(unread).toEqual([])
    expect(idsOf(changed(careful, ...changes))).toEqual(ids)
  })

  test('the same object twice is named, since the later one wins', () => {
    const text = `${careful}---\napiVersion: v1\nkind: LimitRange\nmetadata: {name: scoring, namespace: scoring}\n`
    expect(check(text).flaws.map(({id, message}) => [id, message])).toEqual([
      ['k8s-duplicate-object', 'LimitRange scoring/scoring: it stands in k8s/credit.yaml at line 112 already.'],
    ])
  })
})

describe('rules', () => {
  const all = [...manifestRules, ...dockerfileRules, ...imageFactRules]

  test('have names of their own', () => {
    expect(new Set(all.map(({id}) => id)).size).toBe(all.length)
  })

  test('each of manifests is seen at work above', () => {
    const seen = new Set(cases.flatMap(([, , ids]) => ids))
    expect(manifestRules.map(({id}) => id).filter(id => !seen.has(id))).toEqual(['k8s-duplicate-object'])
  })

  test.each(manifestRules.map(({id}) => id))('%s is not asked where it is ignored', id => {
    const [, changes] = cases.find(([, , ids]) => ids.includes(id)) ?? []
    expect(idsOf(changed(careful, ...(changes ?? [])), {ignore: [id]})).not.toContain(id)
  })

  test.each(all)('$id says in whole sentences what it asks and why', ({title, asks, why, url}) => {
    expect(title).toMatch(/^\S.*[^.]$/)
    expect(asks).toMatch(/^[A-Z`].*\.$|advice\.$/)
    expect(why).toMatch(/^[A-Z].*\.$/)
    expect(url).toMatch(/^https:\/\//)
  })
})
