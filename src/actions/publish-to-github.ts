import * as core from '@actions/core'
import {isFailure} from '../core/failure.ts'
import type {GateOutcome, Session} from '../gates/session.ts'
import {publishCheck} from '../github/checks.ts'
import {publishSection} from '../github/comments.ts'
import type {Published} from '../github/failures.ts'
import {escapeMarkdown, escapeTerminal} from '../report/escape.ts'
import {checkTextLimit, commentSectionLimit} from '../report/fit.ts'
import {renderMarkdown} from '../report/markdown.ts'

/**
 * What goes to GitHub: the gate's check, and its section of the pull request's comment. The verdict is already with the
 * runner, so nothing here can change it: a missing permission is a notice, an answer that fails is a warning.
 */
export async function publishToGitHub(
  {result, report, comment: shortened = report}: GateOutcome,
  session: Session,
  {comment, nameService}: {readonly comment: boolean; readonly nameService: boolean},
): Promise<void> {
  if (!session.github) return
  const {client, context} = session.github
  const {gate, service, verdict, summary} = result
  await attempt('check', () =>
    publishCheck(client, {
      gate,
      service,
      nameService,
      headSha: context.headSha,
      verdict,
      summary: escapeTerminal(summary),
      markdownSummary: summary.split('\n').map(escapeMarkdown).join('\n'),
      text: renderMarkdown(report, {limit: checkTextLimit}),
      detailsUrl: context.runUrl,
    }),
  )
  const {pullRequest} = context
  if (!comment || !pullRequest) return
  await attempt('comment', () =>
    publishSection(client, session.runtime.clock, {
      service,
      gate,
      pullRequest: pullRequest.number,
      headSha: context.headSha,
      markdown: renderMarkdown(shortened, {limit: commentSectionLimit, level: 3}),
    }),
  )
}

/**
 * Publishes one thing; what goes wrong is said and goes no further.
 * @param asked whether somebody asked for it: what is done only where the token may is no news where it may not
 */
export async function attempt(what: string, publish: () => Promise<Published>, {asked = true} = {}): Promise<void> {
  try {
    const published = await publish()
    if (published.kind === 'published') return
    const why =
      published.kind === 'not-available'
        ? published.why
        : `the token has no permission "${published.permission}". The job summary has it all.`
    const say = asked ? core.notice : core.info
    say(`No ${what} was written: ${why}`)
  } catch (error) {
    if (!isFailure(error)) throw error
    core.warning(`No ${what} was written: ${escapeTerminal(error.message)}`)
  }
}
