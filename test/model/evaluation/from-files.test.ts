import {describe, expect, test} from 'vitest'
import {buildEvaluation} from '../../../src/model/evaluation/evaluation.ts'
import {columnRequests} from '../../../src/model/evaluation/requests.ts'
import {readTable} from '../../../src/model/readers/table.ts'
import {memoryFiles} from '../memory-files.ts'
import {predictionsConfig} from './predictions-config.ts'
import {said} from './worlds.ts'

/** What two files say, as `slipway validate` reads them. */
async function evaluate(
  given: Readonly<Record<string, unknown>>,
  candidate: string[],
  baseline: string[],
  ending = 'csv',
) {
  const files = memoryFiles({[`a.${ending}`]: `${candidate.join('\n')}\n`, [`b.${ending}`]: `${baseline.join('\n')}\n`})
  const config = predictionsConfig({'min-rows': 1, ...given})
  const requests = columnRequests(config, [])
  const ours = await readTable(files, `a.${ending}`, requests.candidate)
  const theirs = await readTable(files, `b.${ending}`, requests.baseline)
  return buildEvaluation(ours.table, theirs.table, config)
}

describe('files as people have them', () => {
  test('CSV of pandas: booleans with capitals, and the positive class as YAML writes it', async () => {
    const rows = ['id,label,score', '1,True,0.9', '2,False,0.2', '3,True,0.7']
    const {evaluation, problems} = await evaluate({positive: true, columns: {score: 'score'}}, rows, rows)
    expect(evaluation).toBeNull()
    expect(said(problems)).toEqual(['error both model/positive-class-absent'])
    expect(problems[0]?.remedy).toContain('Did you mean "True"?')
  })

  test('an integer column that a missing value once made a float: 1.0 in one file, 1 in the other', async () => {
    const {evaluation, problems} = await evaluate(
      {positive: 1, columns: {score: 'score'}},
      ['id,label,score', 'a,1,0.9', 'b,0,0.2', 'c,1,0.7'],
      ['id,label,score', 'a,1.0,0.9', 'b,0.0,0.1', 'c,1.0,0.6'],
    )
    expect(said(problems)).toEqual(['error both model/class-spelled-differently'])
    expect(problems[0]?.what).toContain('"1.0" in the baseline’s file is "1" in the candidate’s')
    expect(evaluation).toMatchObject({baseline: null, rows: 3})
  })

  test('ids that JSON holds as numbers and CSV as text are the same ids', async () => {
    const csv = ['id,label,score', '9007199254740993,bad,0.9', '7,good,0.2']
    const json = ['{"id": 9007199254740993, "label": "bad", "score": 0.9}', '{"id": 7, "label": "good", "score": 0.2}']
    const given = {positive: 'bad', columns: {score: 'score'}}
    const fromCsv = await evaluate(given, csv, csv)
    const fromJson = await evaluate(given, json, json, 'jsonl')
    expect(fromJson.evaluation?.digest).toBe(fromCsv.evaluation?.digest)
  })

  test('several classes in a cell, as lists of JSON and apart by a separator in CSV', async () => {
    const given = {task: 'multilabel', columns: {prediction: 'tags'}}
    const csv = ['id,label,tags', '1,a|b,a', '2,[],b', '3,c,a|c']
    const json = [
      '{"id": 1, "label": ["b", "a"], "tags": ["a"]}',
      '{"id": 2, "label": [], "tags": ["b"]}',
      '{"id": 3, "label": ["c"], "tags": ["c", "a"]}',
    ]
    const fromCsv = await evaluate(given, csv, csv)
    const fromJson = await evaluate(given, json, json, 'jsonl')
    expect(said(fromCsv.problems)).toEqual(['warn both model/predictions-identical'])
    expect(said(fromJson.problems)).toEqual(said(fromCsv.problems))
    expect(fromJson.evaluation?.candidate).toEqual(fromCsv.evaluation?.candidate)
    expect(fromJson.evaluation?.digest).toBe(fromCsv.evaluation?.digest)
  })

  test('texts with separators, quotes and line breaks are one reference', async () => {
    const rows = ['id,label,answer', '1,"a|b, or ""c""",a', '2,"two\nlines",b']
    const {evaluation} = await evaluate({task: 'text', columns: {prediction: 'answer'}}, rows, [...rows, ''])
    const outcomes = evaluation?.candidate
    expect(outcomes?.task === 'text' && [outcomes.referencesOf(0), outcomes.referencesOf(1)]).toEqual([
      ['a|b, or "c"'],
      ['two\nlines'],
    ])
  })

  test('samples of a language model with their verdicts, without references', async () => {
    const rows = [
      '{"id": 0, "problem": "sum", "passed": true}',
      '{"id": 1, "problem": "sum", "passed": false}',
      '{"id": 0, "problem": "sort", "passed": true}',
    ]
    const {evaluation, problems} = await evaluate(
      {task: 'text', columns: {correct: 'passed', query: 'problem'}},
      rows,
      rows,
      'jsonl',
    )
    expect(said(problems)).toEqual(['warn both model/predictions-identical'])
    expect(evaluation?.candidate).toMatchObject({correct: Uint8Array.of(1, 0, 1), problems: {count: 2}})
  })

  test('timestamps as ISO 8601 and as seconds name the same period', async () => {
    const given = {positive: 'bad', columns: {score: 'score', timestamp: 'at'}}
    const iso = ['id,label,score,at', '1,bad,0.9,2026-01-01T00:00:00Z', '2,good,0.2,2026-01-02T00:00:00Z']
    const seconds = ['id,label,score,at', '1,bad,0.9,1767225600', '2,good,0.2,1767312000']
    const period = {from: 1_767_225_600_000, to: 1_767_312_000_000}
    expect((await evaluate(given, iso, iso)).evaluation?.period).toEqual(period)
    expect((await evaluate(given, seconds, seconds)).evaluation?.period).toEqual(period)
  })
})
