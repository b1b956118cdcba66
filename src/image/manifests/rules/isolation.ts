/** The Pod Security Standard "baseline": what opens a known way out of a pod. */

import {inContainer, inPod, pages, type Sighting, type WorkloadRule} from '../rule.ts'
import {at, cut, isTrue, itemsAt, numberAt, textAt, textsAt} from '../tree.ts'
import type {Container, Workload} from '../workload.ts'

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

const unconfined: WorkloadRule = {
  of: 'workload',
  id: 'k8s-unconfined',
  severity: 'critical',
  title: 'Protection by the kernel is switched off',
  asks: 'Neither seccomp nor AppArmor is `Unconfined`, `procMount` is `Default`, SELinux options are those of a container.',
  why: 'Every system call, or every file of the kernel, is open to the process.',
  url: pages.standards,
  judge: workload => [
    ...unconfinedPod(workload),
    ...eachContainer(workload, container => unconfinedIn(workload, container)),
  ],
}

const containerTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'])

function unconfinedPod(workload: Workload): readonly Sighting[] {
  const said = switchedOff(workload, undefined)
  return said ? [inPod(workload, said)] : []
}

function unconfinedIn(workload: Workload, container: Container): ReturnType<typeof switchedOff> {
  const annotation = workload.podAnnotations.get(`container.apparmor.security.beta.kubernetes.io/${container.name}`)
  if (annotation === 'unconfined') {
    return {
      line: workload.pod.line,
      seen: 'its AppArmor annotation is "unconfined"',
      remedy: 'Write runtime/default in the annotation, or remove it.',
    }
  }
  return switchedOff(workload, container)
}

function switchedOff(
  workload: Workload,
  container: Container | undefined,
): {line: number | undefined; seen: string; remedy: string} | undefined {
  const context = at(container?.tree ?? workload.pod, 'securityContext')
  const path = `${container?.path ?? workload.podPath}.securityContext`
  for (const profile of ['seccompProfile', 'appArmorProfile']) {
    if (textAt(context, profile, 'type') !== 'Unconfined') continue
    return {
      line: at(context, profile, 'type')?.line,
      seen: `securityContext.${profile}.type is Unconfined`,
      remedy: `Write ${path}.${profile}.type: RuntimeDefault.`,
    }
  }
  const mount = textAt(context, 'procMount')
  if (container && mount !== undefined && mount !== 'Default') {
    const line = at(context, 'procMount')?.line
    return {line, seen: `securityContext.procMount is ${cut(mount)}`, remedy: `Remove ${path}.procMount.`}
  }
  const options = at(context, 'seLinuxOptions')
  const foreign =
    !containerTypes.has(textAt(options, 'type') ?? '') ||
    (textAt(options, 'user') ?? '') !== '' ||
    (textAt(options, 'role') ?? '') !== ''
  if (options && foreign) {
    return {
      line: options.line,
      seen: 'securityContext.seLinuxOptions names a user, a role or a type that is no container’s',
      remedy: `Remove user, role and type from ${path}.seLinuxOptions.`,
    }
  }
  return undefined
}

/** Kernel parameters that are of the pod alone (Pod Security Standards, "Sysctls"). */
const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
])

const sysctl: WorkloadRule = {
  of: 'workload',
  id: 'k8s-unsafe-sysctl',
  severity: 'critical',
  title: 'Pod changes a parameter of the kernel',
  asks: 'Only sysctls that Kubernetes calls safe are set.',
  why: 'Others reach every pod of the node.',
  url: pages.standards,
  judge: workload =>
    itemsAt(workload.pod, 'securityContext', 'sysctls').flatMap(each => {
      const name = textAt(each, 'name') ?? ''
      if (safeSysctls.has(name)) return []
      return [
        inPod(workload, {
          line: each.line,
          seen: `it sets the sysctl ${cut(name)}`,
          remedy: `Remove it from ${workload.podPath}.securityContext.sysctls.`,
        }),
      ]
    }),
}

/** Asks every container, in the order of the file. */
export function eachContainer(
  workload: Workload,
  judge: (container: Container) => {line?: number | undefined; seen: string; remedy: string} | undefined,
): readonly Sighting[] {
  return workload.containers.flatMap(container => {
    const said = judge(container)
    return said ? [inContainer(workload, container, said)] : []
  })
}

export const isolationRules: readonly WorkloadRule[] = [
  privileged,
  hostNamespaces,
  hostProcess,
  dangerousCapability,
  hostPath,
  hostPort,
  unconfined,
  sysctl,
]
