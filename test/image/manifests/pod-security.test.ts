import * as fs from 'node:fs'
import {expect, test} from 'vitest'
import {check} from './changed.ts'

/** Our rule, or one of our rules, for each check of Kubernetes' own admission. */
const counterparts: ReadonlyMap<string, readonly string[]> = new Map([
  ['privileged', ['k8s-privileged']],
  ['hostNamespaces', ['k8s-host-namespaces']],
  ['windowsHostProcess', ['k8s-host-process']],
  ['capabilities_baseline', ['k8s-dangerous-capability']],
  ['hostPathVolumes', ['k8s-host-path']],
  ['hostPorts', ['k8s-host-port']],
  ['appArmorProfile', ['k8s-unconfined']],
  ['seLinuxOptions', ['k8s-unconfined']],
  ['procMount', ['k8s-unconfined']],
  ['seccompProfile_baseline', ['k8s-unconfined']],
  ['sysctls', ['k8s-unsafe-sysctl']],
  ['allowPrivilegeEscalation', ['k8s-privilege-escalation']],
  ['runAsNonRoot', ['k8s-run-as-non-root']],
  ['runAsUser', ['k8s-run-as-non-root']],
  ['seccompProfile_restricted', ['k8s-seccomp', 'k8s-unconfined']],
  ['capabilities_restricted', ['k8s-drop-capabilities']],
  ['restrictedVolumes', ['k8s-volume-type', 'k8s-host-path']],
])

/**
 * Where we ask less, on purpose: a user with a number is not root, whether or not `runAsNonRoot` says so too; and what a
 * pod says counts only for containers that do not say otherwise.
 */
const milder = new Set(['runAsNonRoot', 'runAsUser'])

const lines = fs.readFileSync('test/fixtures/manifests/pod-security/pods.jsonl', 'utf8').trim().split('\n')
const pods = lines.map((line): {pod: object; refused: Record<string, string[]>} => JSON.parse(line))

test('pods are judged as Kubernetes’ own admission judges them', () => {
  const ours = new Set([...counterparts.values()].flat())
  const differences = pods.flatMap(({pod, refused}, index) => {
    const theirs = [...(refused.baseline ?? []), ...(refused.restricted ?? [])]
    const ids = new Set(check(JSON.stringify(pod)).flaws.map(({id}) => id))
    const missed = theirs.filter(name => !milder.has(name) && !counterparts.get(name)?.some(id => ids.has(id)))
    const added = [...ours].filter(id => ids.has(id) && !theirs.some(name => counterparts.get(name)?.includes(id)))
    return [...missed, ...added].map(what => `pod ${index + 1}: ${what}`)
  })
  expect(differences).toEqual([])
})

test('each of their checks refuses some of these pods, and lets others pass', () => {
  for (const name of counterparts.keys()) {
    const refusing = pods.filter(({refused}) => Object.values(refused).flat().includes(name)).length
    expect(refusing, name).toBeGreaterThan(0)
    expect(refusing, name).toBeLessThan(pods.length)
  }
})
