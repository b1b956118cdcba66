import type {ManifestRule} from './rule.ts'
import {autoscalingRules} from './rules/autoscaling.ts'
import {availabilityRules} from './rules/availability.ts'
import {clusterRules} from './rules/cluster-wide.ts'
import {configurationRules} from './rules/configuration.ts'
import {disruptionRules} from './rules/disruption.ts'
import {healthRules} from './rules/health.ts'
import {isolationRules} from './rules/isolation.ts'
import {kernelRules} from './rules/kernel.ts'
import {networkRules} from './rules/network.ts'
import {resourceRules} from './rules/resources.ts'
import {restrictionRules} from './rules/restriction.ts'

/** All that is asked of manifests, in the order of the documentation. */
export const manifestRules: readonly ManifestRule[] = [
  ...isolationRules,
  ...kernelRules,
  ...restrictionRules,
  ...healthRules,
  ...resourceRules,
  ...availabilityRules,
  ...autoscalingRules,
  ...disruptionRules,
  ...networkRules,
  ...configurationRules,
  ...clusterRules,
]
