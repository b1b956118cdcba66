/** The Pod Security Standard "baseline": what the kernel holds a process to, and must not be told to leave. */

import {eachContainer, inPod, pages, type Sighting, type WorkloadRule} from '../rule.ts'
import {at, cut, itemsAt, textAt} from '../tree.ts'
import type {Container, Workload} from '../workload.ts'

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

export const kernelRules: readonly WorkloadRule[] = [unconfined, sysctl]
