import type {ManifestRule} from './rule.ts'
import {availabilityRules} from './rules/availability.ts'
import {clusterRules} from './rules/cluster-wide.ts'
import {configurationRules} from './rules/configuration.ts'
import {healthRules} from './rules/health.ts'
import {isolationRules} from './rules/isolation.ts'
import {networkRules} from './rules/network.ts'
import {resourceRules} from './rules/resources.ts'
import {restrictionRules} from './rules/restriction.ts'

/** All that is asked of manifests, in the order of the documentation. */
export const manifestRules: readonly ManifestRule[] = [
  ...isolationRules,
  ...restrictionRules,
  ...healthRules,
  ...resourceRules,
  ...availabilityRules,
  ...networkRules,
  ...configurationRules,
  ...clusterRules,
]
