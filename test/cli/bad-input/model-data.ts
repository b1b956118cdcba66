/** Every way in which model data can be absent or wrong: one list for each part of a validation. */
import type {Case} from './case.ts'
import {wrongDataSets} from './data-sets.ts'
import {wrongFiles} from './files.ts'
import {wrongGroups} from './groups.ts'
import {wrongInspections} from './inspect.ts'
import {wrongMetrics} from './metrics.ts'
import {wrongModelFiles} from './model-files.ts'
import {wrongProduction} from './production.ts'
import {wrongProvenance} from './provenance.ts'
import {wrongReportsAndRules} from './reports.ts'
import {wrongRoles} from './roles.ts'
import {wrongSafety} from './safety.ts'

export const wrongModelData: readonly Case[] = [
  ...wrongFiles,
  ...wrongModelFiles,
  ...wrongInspections,
  ...wrongSafety,
  ...wrongProvenance,
  ...wrongRoles,
  ...wrongMetrics,
  ...wrongGroups,
  ...wrongDataSets,
  ...wrongReportsAndRules,
  ...wrongProduction,
]
