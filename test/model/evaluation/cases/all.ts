import type {Task} from '../../../../src/core/metric-catalog.ts'
import type {ProblemCase} from '../problem-case.ts'
import {binaryCases} from './binary.ts'
import {fileCases} from './files.ts'
import {multiclassCases} from './multiclass.ts'
import {multilabelCases} from './multilabel.ts'
import {rankingCases} from './ranking.ts'
import {regressionCases} from './regression.ts'
import {textCases} from './text.ts'

/** Every way in which predictions can be wrong that has a case. */
export const allCases: Readonly<Record<Task, readonly ProblemCase[]>> = {
  binary: [...binaryCases, ...fileCases],
  multiclass: multiclassCases,
  multilabel: multilabelCases,
  regression: regressionCases,
  ranking: rankingCases,
  text: textCases,
}
