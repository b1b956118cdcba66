/** Every check of configuration that Slipway makes itself, for the table in the documentation. */
import {dockerfileRules} from './dockerfile.ts'
import {imageFactRules} from './image-facts.ts'
import type {About} from './rule.ts'
import {manifestRules} from './rules.ts'

export interface ConfigurationRules {
  /** What is looked at: a heading. */
  readonly of: string
  readonly rules: readonly About[]
}

export const configurationRules: readonly ConfigurationRules[] = [
  {of: 'Kubernetes manifests', rules: manifestRules},
  {of: 'Dockerfile', rules: dockerfileRules},
  {of: 'Config of the image', rules: imageFactRules},
]
