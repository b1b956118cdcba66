import {changedLists, changedNames, changedTexts} from '../changes.ts'
import type {ProblemCase} from '../problem-case.ts'
import {categories, texts} from '../tables.ts'
import {each} from '../worlds.ts'

const label = (values: Parameters<typeof changedLists>[3]) => changedLists('text', 'candidate', 'label', values)
const answer = (values: Parameters<typeof changedTexts>[3]) => changedTexts('text', 'candidate', 'answer', values)
const ok = (values: Parameters<typeof changedNames>[3]) => changedNames('text', 'candidate', 'ok', values)

export const textCases: readonly ProblemCase[] = [
  {
    title: 'a row without an accepted answer',
    change: {both: {label: label({1: null, 2: []})}, baseline: null},
    says: ['error candidate model/label-missing'],
    judged: 'none',
    words: /on 2 rows/,
  },
  {
    title: 'an empty answer counts as wrong, with a warning',
    change: {candidate: {answer: answer({1: null, 2: ''})}},
    says: ['warn candidate model/answer-empty'],
    judged: 'both',
    words: /on 2 rows; it counts as wrong/,
  },
  {
    title: 'an empty answer is right where nothing should be answered',
    change: {both: {label: label({1: [''], 2: ['']})}, candidate: {answer: answer({1: null, 2: null})}},
    says: [],
    judged: 'both',
  },
  {
    title: 'an empty answer of the baseline makes any candidate look better',
    change: {baseline: {answer: changedTexts('text', 'baseline', 'answer', {1: null})}},
    says: ['inconclusive baseline model/answer-empty'],
    judged: 'both',
  },
  {
    title: 'no answer at all',
    change: {candidate: {answer: texts(each(() => null))}},
    says: ['error candidate model/prediction-missing'],
    judged: 'none',
  },
  {
    title: 'correct that is neither true nor false: a share of passed tests is no yes',
    change: {candidate: {ok: ok({1: '0.75', 2: 'passed'})}},
    says: ['error candidate model/correct-not-boolean'],
    judged: 'none',
    words: /on 2 rows: "0\.75", "passed"/,
  },
  {
    title: 'correct that is not said',
    change: {candidate: {ok: ok({1: null})}},
    says: ['error candidate model/correct-missing'],
    judged: 'none',
  },
  {
    title: 'a judge that always says yes',
    change: {candidate: {ok: categories(each(() => 'true'))}},
    says: ['warn candidate model/correct-constant'],
    judged: 'both',
  },
  {
    title: 'references of the two files that differ',
    change: {baseline: {label: label({7: ['It is 8.']})}},
    says: ['error both model/labels-differ'],
    judged: 'candidate',
  },
  {
    title: 'a sample twice in one problem',
    change: {candidate: {id: changedTexts('text', 'candidate', 'id', {1: 's0'})}},
    says: ['error candidate model/duplicate-ids'],
    judged: 'none',
  },
  {
    title: 'two models that write the same',
    change: {baseline: {answer: answer({})}},
    says: ['warn both model/predictions-identical'],
    judged: 'both',
    words: /exactly the same text/,
  },
]
