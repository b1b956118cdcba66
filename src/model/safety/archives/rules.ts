import type {Rule} from '../observation.ts'
import {sharedTooOften} from './handed.ts'
import {linkRules} from './links.ts'
import {nameRules} from './member-names.ts'
import {sevenZipRules} from './seven-zip/rules.ts'
import {tarRules} from './tar/rules.ts'
import {zipRules} from './zip/rules.ts'

/** Everything that may be seen of an archive. */
export const archiveRules: readonly Rule[] = [
  ...zipRules,
  ...tarRules,
  ...sevenZipRules,
  ...nameRules,
  ...linkRules,
  sharedTooOften,
]
