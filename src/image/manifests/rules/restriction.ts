/** The Pod Security Standard "restricted", and a root file system that cannot be written: what a process may do at most. */

import type {ManifestObject} from '../objects.ts'
import {eachContainer, inPod, pages, type WorkloadRule} from '../rule.ts'
import {at, cut, isFalse, isTrue, itemsAt, numberAt, textAt, textsAt} from '../tree.ts'
import {effective, type Workload} from '../workload.ts'

const nonRoot: WorkloadRule = {
  of: 'workload',
  id: 'k8s-run-as-non-root',
  severity: 'high',
  title: 'Container may run as root',
  asks: '`runAsNonRoot: true`, or a `runAsUser` other than 0, for the pod or for each container.',
  why: 'Root in a container is root on its node as soon as anything else gives way.',
  url: pages.context,
  judge: workload =>
    eachContainer(workload, container => {
      if (workload.windows) return undefined
      const user = effective(container, workload, 'runAsUser')
      const must = effective(container, workload, 'runAsNonRoot')
      const remedy = `Write ${workload.podPath}.securityContext.runAsNonRoot: true, and runAsUser with the user of the image.`
      if (numberAt(user) === 0) return {line: user?.line, seen: 'securityContext.runAsUser is 0, which is root', remedy}
      if (isTrue(must) || (numberAt(user) ?? 0) > 0) return undefined
      if (must)
        return {line: must.line, seen: `securityContext.runAsNonRoot is ${textAt(must) ?? 'no truth value'}`, remedy}
      if (container.partial) return undefined
      return {seen: 'neither securityContext.runAsNonRoot nor runAsUser is set', remedy}
    }),
}

const escalation: WorkloadRule = {
  of: 'workload',
  id: 'k8s-privilege-escalation',
  severity: 'high',
  title: 'Process may gain more rights than its parent',
  asks: '`allowPrivilegeEscalation: false` for each container.',
  why: 'A program with the setuid bit makes a user into root again.',
  url: pages.context,
  judge: workload =>
    eachContainer(workload, container => {
      const said = at(container.tree, 'securityContext', 'allowPrivilegeEscalation')
      if (workload.windows || isFalse(said) || (container.partial && !said)) return undefined
      return {
        line: said?.line,
        seen: `securityContext.allowPrivilegeEscalation is ${textAt(said) ?? 'not set, which means true'}`,
        remedy: `Write ${container.path}.securityContext.allowPrivilegeEscalation: false.`,
      }
    }),
}

const capabilities: WorkloadRule = {
  of: 'workload',
  id: 'k8s-drop-capabilities',
  severity: 'high',
  title: 'Container keeps capabilities',
  asks: '`capabilities.drop: [ALL]` for each container, and at most `NET_BIND_SERVICE` added.',
  why: 'A server of models needs none of the fourteen that a runtime gives.',
  url: pages.context,
  judge: workload =>
    eachContainer(workload, container => {
      if (workload.windows) return undefined
      const drop = at(container.tree, 'securityContext', 'capabilities', 'drop')
      const added = at(container.tree, 'securityContext', 'capabilities', 'add')
      const kept = textsAt(added).filter(each => each !== 'NET_BIND_SERVICE')
      const remedy = `Write ${container.path}.securityContext.capabilities.drop: [ALL].`
      if (!textsAt(drop).includes('ALL')) {
        if (container.partial && !drop) return undefined
        return {line: drop?.line, seen: 'securityContext.capabilities.drop does not hold ALL', remedy}
      }
      if (kept.length === 0) return undefined
      return {
        line: added?.line,
        seen: `securityContext.capabilities.add gives back ${cut(kept.slice(0, 5).join(', '), 120)}`,
        remedy: `Remove it from ${container.path}.securityContext.capabilities.add.`,
      }
    }),
}

const seccomp: WorkloadRule = {
  of: 'workload',
  id: 'k8s-seccomp',
  severity: 'high',
  title: 'System calls are not filtered',
  asks: '`seccompProfile.type` is `RuntimeDefault` or `Localhost`, for the pod or for each container.',
  why: 'Without a profile a process may use every system call, where most holes of the kernel were.',
  url: pages.context,
  judge: workload =>
    eachContainer(workload, container => {
      if (workload.windows) return undefined
      const profile = effective(container, workload, 'seccompProfile')
      const type = textAt(profile, 'type')
      if (type === 'RuntimeDefault' || type === 'Localhost' || (container.partial && !profile)) return undefined
      return {
        line: profile?.line,
        seen: `securityContext.seccompProfile.type is ${type ?? 'not set'}`,
        remedy: `Write ${workload.podPath}.securityContext.seccompProfile.type: RuntimeDefault.`,
      }
    }),
}

const readOnlyRoot: WorkloadRule = {
  of: 'workload',
  id: 'k8s-read-only-root',
  severity: 'high',
  title: 'Root file system can be written',
  asks: '`readOnlyRootFilesystem: true` for each container.',
  why: 'What breaks in can keep its tools there, and what runs is no longer what was scanned.',
  url: pages.context,
  judge: workload =>
    eachContainer(workload, container => {
      const said = at(container.tree, 'securityContext', 'readOnlyRootFilesystem')
      if (workload.windows || isTrue(said) || (container.partial && !said)) return undefined
      return {
        line: said?.line,
        seen: `securityContext.readOnlyRootFilesystem is ${textAt(said) ?? 'not set'}`,
        remedy: `Write ${container.path}.securityContext.readOnlyRootFilesystem: true, and mount an emptyDir where it writes, such as /tmp.`,
      }
    }),
}

/** Volume types of "restricted" (Pod Security Standards, "Volume Types"). */
const restrictedVolumes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
])

const volumeTypes: WorkloadRule = {
  of: 'workload',
  id: 'k8s-volume-type',
  severity: 'medium',
  title: 'Volume is of a type that leaves the pod’s confines',
  asks: 'Volumes are config maps, secrets, claims, images, empty or ephemeral; a `hostPath` has a rule of its own.',
  why: 'Other types mount file systems of the network with the rights of the node.',
  url: pages.standards,
  judge: workload =>
    itemsAt(workload.pod, 'volumes').flatMap(volume => {
      if (volume.kind !== 'mapping') return []
      const types = [...volume.entries.keys()].filter(key => key !== 'name' && at(volume, key) !== undefined)
      const foreign = types.find(type => type !== 'hostPath' && !restrictedVolumes.has(type))
      if (foreign === undefined) return []
      return [
        inPod(workload, {
          line: at(volume, foreign)?.line,
          seen: `volume ${cut(textAt(volume, 'name') ?? '')} is of the type ${cut(foreign)}`,
          remedy: 'Put it behind a persistentVolumeClaim.',
        }),
      ]
    }),
}

const token: WorkloadRule = {
  of: 'workload',
  id: 'k8s-service-account-token',
  severity: 'medium',
  title: 'Pod carries a key to the cluster',
  asks: '`automountServiceAccountToken: false`, for the pod or for its ServiceAccount.',
  why: 'Who reads a file of the pod speaks to the Kubernetes API in its name.',
  url: pages.accounts,
  judge: (workload, cluster) => {
    if (!mountsToken(workload, cluster.accountOf(workload))) return []
    const said = at(workload.pod, 'automountServiceAccountToken')
    return [
      inPod(workload, {
        line: said?.line,
        seen: `automountServiceAccountToken is ${textAt(said) ?? 'not set, which means true'}`,
        remedy: `Write ${workload.podPath}.automountServiceAccountToken: false, if the pod does not speak to the Kubernetes API.`,
      }),
    ]
  },
}

/** The pod's own word counts before that of its account, and without either there is a token. */
function mountsToken(workload: Workload, account: ManifestObject | undefined): boolean {
  if (at(workload.pod, 'automountServiceAccountToken') !== undefined) {
    return !isFalse(workload.pod, 'automountServiceAccountToken')
  }
  return !isFalse(account?.tree, 'automountServiceAccountToken')
}

export const restrictionRules: readonly WorkloadRule[] = [
  nonRoot,
  escalation,
  capabilities,
  seccomp,
  readOnlyRoot,
  volumeTypes,
  token,
]
