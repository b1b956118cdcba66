import {alarm} from './alarm.ts'
import {argoRollouts} from './argo-rollouts.ts'
import {flagger} from './flagger.ts'
import {kayenta} from './kayenta.ts'
import {peekedZTest} from './peeked-z-test.ts'
import type {Rule} from './rule.ts'

/** Whom a backtest shows beside us, with the settings that their documentation's examples use. */
export const competitors: readonly Rule[] = [argoRollouts(), flagger(), kayenta(), peekedZTest(), alarm()]
