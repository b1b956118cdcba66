import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {commentSectionLimit, summaryLimit} from '../../../src/report/fit.ts'
import {renderMarkdown} from '../../../src/report/markdown.ts'
import type {Report} from '../../../src/report/report.ts'
import {renderTerminal} from '../../../src/report/terminal.ts'
import {judgeEverything} from './everything.ts'

/** Read by a person whenever they change: `UPDATE_GOLDEN=1 npx vitest run test/image/render/golden.test.ts` writes them. */
function expectGolden(name: string, text: string): void {
  const file = path.join(import.meta.dirname, '../../golden/image', name)
  if (process.env.UPDATE_GOLDEN) fs.writeFileSync(file, text)
  expect(text).toBe(fs.readFileSync(file, 'utf8'))
}

const summaryUrl = 'https://github.com/acme/credit/actions/runs/42'
const asComment = (report: Report) => renderMarkdown(report, {limit: commentSectionLimit, level: 3})

describe('an image with everything, as people see it', () => {
  test('in the job summary', () => {
    expectGolden('summary.md', renderMarkdown(judgeEverything().report, {limit: summaryLimit}))
  })

  test('in a terminal, with all details', () => {
    expectGolden('terminal.txt', renderTerminal(judgeEverything().report, {width: 120, details: true}))
  })

  test('in the comment on a pull request', () => {
    expectGolden('comment.md', asComment(judgeEverything({summaryUrl}).comment))
  })

  test('in the comment on a first release, which has nothing to be compared with', () => {
    const baseline = {
      kind: 'missing',
      why: 'The ledger of "production" knows no release yet.',
      remedy: 'Nothing to do for the first release.',
    } as const
    expectGolden('comment-first-release.md', asComment(judgeEverything({baseline, summaryUrl}).comment))
  })

  test('in the comment on an image without a flaw', () => {
    expectGolden('comment-clean.md', asComment(judgeEverything({flaws: [], summaryUrl}).comment))
  })
})
