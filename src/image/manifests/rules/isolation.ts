/** The Pod Security Standard "baseline": what opens a known way out of a pod. */

import {eachContainer, inPod, pages, type Sighting, type WorkloadRule} from '../rule.ts'
import {at, cut, isTrue, itemsAt, numberAt, textAt, textsAt} from '../tree.ts'

const privileged: WorkloadRule = {
  of: 'workload',
  id: 'k8s-privileged',
  severity: 'critical',
  title: 'Container is privileged',
  asks: 'No container has `privileged: true`.',
  why: 'A privileged container is root on its node.',
  url: pages.standards,
  judge: workload =>
    eachContainer(workload, container => {
      if (!isTrue(container.tree, 'securityContext', 'privileged')) return undefined
      return {
        line: at(container.tree, 'securityContext', 'privileged')?.line,
        seen: 'securityContext.privileged is true',
        remedy: `Remove ${container.path}.securityContext.privileged, and grant the device or capability that is needed.`,
      }
    }),
}

const hostNamespaces: WorkloadRule = {
  of: 'workload',
  id: 'k8s-host-namespaces',
  severity: 'critical',
  title: 'Pod shares a namespace of its node',
  asks: 'None of `hostNetwork`, `hostPID`, `hostIPC` is true.',
  why: 'The pod sees the processes, the memory or the network of everything else on the node.',
  url: pages.standards,
  judge: workload =>
    ['hostNetwork', 'hostPID', 'hostIPC']
      .filter(field => isTrue(workload.pod, field))
      .map(field =>
        inPod(workload, {
          line: at(workload.pod, field)?.line,
          seen: `${field} is true`,
          remedy: `Write ${workload.podPath}.${field}: false.`,
        }),
      ),
}

const hostProcess: WorkloadRule = {
  of: 'workload',
  id: 'k8s-host-process',
  severity: 'critical',
  title: 'Windows container runs on the host',
  asks: 'No `windowsOptions.hostProcess: true`.',
  why: 'A HostProcess container has the rights of its user on the node itself.',
  url: pages.standards,
  judge: workload => {
    const field = ['securityContext', 'windowsOptions', 'hostProcess']
    const said: Sighting[] = isTrue(workload.pod, ...field)
      ? [
          inPod(workload, {
            line: at(workload.pod, ...field)?.line,
            seen: 'securityContext.windowsOptions.hostProcess is true',
            remedy: `Remove ${workload.podPath}.${field.join('.')}.`,
          }),
        ]
      : []
    const inside = eachContainer(workload, container => {
      if (!isTrue(container.tree, ...field)) return undefined
      return {
        line: at(container.tree, ...field)?.line,
        seen: 'securityContext.windowsOptions.hostProcess is true',
        remedy: `Remove ${container.path}.${field.join('.')}.`,
      }
    })
    return [...said, ...inside]
  },
}

/** Capabilities that "baseline" lets a container add (Pod Security Standards, "Capabilities"). */
const harmlessCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
])

const dangerousCapability: WorkloadRule = {
  of: 'workload',
  id: 'k8s-dangerous-capability',
  severity: 'critical',
  title: 'Container adds a capability that leads out of it',
  asks: 'No container adds a capability beyond those that container runtimes give anyway.',
  why: 'With SYS_ADMIN, SYS_PTRACE, NET_ADMIN and their like a process can leave its container.',
  url: pages.standards,
  judge: workload =>
    eachContainer(workload, container => {
      const added = textsAt(container.tree, 'securityContext', 'capabilities', 'add')
      const dangerous = added.filter(each => !harmlessCapabilities.has(each))
      if (dangerous.length === 0) return undefined
      return {
        line: at(container.tree, 'securityContext', 'capabilities', 'add')?.line,
        seen: `capabilities.add holds ${dangerous
          .slice(0, 5)
          .map(each => cut(each, 40))
          .join(', ')}`,
        remedy: `Remove it from ${container.path}.securityContext.capabilities.add.`,
      }
    }),
}

const hostPath: WorkloadRule = {
  of: 'workload',
  id: 'k8s-host-path',
  severity: 'critical',
  title: 'Pod mounts a path of its node',
  asks: 'No volume is a `hostPath`.',
  why: 'Who can write to the node, or reads its sockets and keys, is not held by the container.',
  url: pages.volumes,
  judge: workload =>
    itemsAt(workload.pod, 'volumes').flatMap(volume => {
      const path = at(volume, 'hostPath')
      if (!path) return []
      const name = textAt(volume, 'name') ?? ''
      return [
        inPod(workload, {
          line: path.line,
          seen: `volume ${cut(name)} is ${cut(textAt(path, 'path') ?? 'a path')} of the node`,
          remedy: `Use a persistentVolumeClaim, an emptyDir, or an image volume for ${workload.podPath}.volumes[${cut(name)}].`,
        }),
      ]
    }),
}

const hostPort: WorkloadRule = {
  of: 'workload',
  id: 'k8s-host-port',
  severity: 'critical',
  title: 'Container opens a port of its node',
  asks: 'No port has a `hostPort`.',
  why: 'It stands beside Services and network policies, and at most one such pod fits on a node.',
  url: pages.standards,
  judge: workload =>
    eachContainer(workload, container => {
      const port = itemsAt(container.tree, 'ports').find(each => (numberAt(each, 'hostPort') ?? 0) !== 0)
      if (!port) return undefined
      return {
        line: at(port, 'hostPort')?.line,
        seen: `port ${textAt(port, 'containerPort') ?? ''} has hostPort ${textAt(port, 'hostPort') ?? ''}`,
        remedy: `Remove hostPort from ${container.path}.ports, and put a Service in front.`,
      }
    }),
}

export const isolationRules: readonly WorkloadRule[] = [
  privileged,
  hostNamespaces,
  hostProcess,
  dangerousCapability,
  hostPath,
  hostPort,
]
