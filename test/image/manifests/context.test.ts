import {describe, expect, test} from 'vitest'
import {check} from './changed.ts'

/** Which of the two contexts counts, as the kubelet combines them (Kubernetes, "Configure a Security Context"). */
describe('the security context of a container', () => {
  const ids = (pod: string, container: string) =>
    check(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {${pod}}, containers: [{name: b, image: c, securityContext: {${container}}}]}`,
    ).flaws.map(({id}) => id)

  test.each([
    ['its pod says so', 'runAsNonRoot: true', '', false],
    ['it says so itself', '', 'runAsNonRoot: true', false],
    ['it says otherwise than its pod', 'runAsNonRoot: true', 'runAsNonRoot: false', true],
    ['its pod has a user', 'runAsUser: 1000', '', false],
    ['it is root against its pod’s user', 'runAsUser: 1000', 'runAsUser: 0', true],
    ['it has a user against its pod’s root', 'runAsUser: 0', 'runAsUser: 1000', false],
    // The kubelet would refuse to start it; the manifest is wrong either way.
    ['user 0 and runAsNonRoot contradict each other', 'runAsNonRoot: true', 'runAsUser: 0', true],
    ['nobody says anything', '', '', true],
    ['null is nothing', 'runAsNonRoot: true', 'runAsNonRoot: null', false],
  ])('root: %s', (_, pod, container, expected) => {
    expect(ids(pod, container).includes('k8s-run-as-non-root')).toBe(expected)
  })

  test.each([
    ['its pod’s profile holds', 'seccompProfile: {type: RuntimeDefault}', '', false],
    ['its own wins', 'seccompProfile: {type: RuntimeDefault}', 'seccompProfile: {type: Unconfined}', true],
    ['its own is enough', '', 'seccompProfile: {type: Localhost, localhostProfile: a}', false],
  ])('seccomp: %s', (_, pod, container, expected) => {
    expect(ids(pod, container).includes('k8s-seccomp')).toBe(expected)
  })

  test.each(['allowPrivilegeEscalation: false', 'readOnlyRootFilesystem: true', 'capabilities: {drop: [ALL]}'])(
    '%s is a container’s word alone: a pod cannot say it',
    field => {
      const all = ['k8s-privilege-escalation', 'k8s-read-only-root', 'k8s-drop-capabilities']
      const open = (found: readonly string[]) => all.filter(id => found.includes(id))
      expect(open(ids(field, ''))).toEqual(all)
      expect(open(ids('', field))).toHaveLength(2)
    },
  )
})
