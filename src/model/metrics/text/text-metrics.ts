import type {Metric} from '../metric.ts'
import {correctShare} from './correct-share.ts'
import {exactMatch} from './exact-match.ts'
import {passAtK} from './pass-at-k.ts'
import {tokenF1} from './token-f1.ts'

export const textMetrics: readonly Metric<'text'>[] = [exactMatch, tokenF1, correctShare, passAtK]
