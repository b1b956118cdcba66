import type {CommandGate} from '../../config/model-gate-schema.ts'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import type {Verdict} from '../../core/verdict.ts'
import {parseCommandFindings} from '../command/findings.ts'
import type {CommandFact} from '../command/gather.ts'

const why = 'A business rule that was not judged protects nobody.'

/**
 * Business rules as a program judges them. Its findings count only where it ended well and said something that can be
 * read: a non-zero exit, a time limit, too much output, garbage or no finding at all is an error, never a pass.
 */
export function judgeCommand(gate: CommandGate, fact: CommandFact): readonly Finding[] {
  if (fact.kind === 'not-started') {
    const names = fact.missing.join(', ')
    return [
      broken(gate, 'model/command-env-missing', `The environment variables that it needs are not set: ${names}.`, {
        remedy: `Set ${names}, or remove them from the gate’s env.`,
      }),
    ]
  }
  const {exitCode, stdout, stderr, timedOut, outputTooLarge, notFound} = fact.result
  if (notFound) {
    return [
      broken(gate, 'model/command-not-found', `The program "${programOf(gate)}" does not exist or may not be run.`, {
        remedy: 'Install it in the job, and check its path: relative paths start at the working directory.',
      }),
    ]
  }
  if (timedOut) {
    return [
      broken(gate, 'model/command-timeout', `The program did not end within ${gate.timeout / 1000} s.`, {
        remedy: 'Make it faster, or raise the gate’s timeout.',
      }),
    ]
  }
  if (outputTooLarge) {
    return [
      broken(gate, 'model/command-output-too-large', `The program printed more than ${gate['max-output']} bytes.`, {
        remedy: 'Print findings only, or raise max-output.',
      }),
    ]
  }
  if (exitCode !== 0) {
    const ended = exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`
    const said = lastLine(stderr)
    return [
      broken(gate, 'model/command-failed', `The program ${ended}${said === '' ? '.' : `: ${said}`}`, {
        remedy:
          'A rule that does not hold is a finding with the verdict fail and exit code 0; anything else is a crash.',
      }),
    ]
  }
  const found = parseCommandFindings(stdout)
  if (typeof found === 'string') {
    return [
      broken(gate, 'model/command-output-malformed', `The program’s answer cannot be read: ${found}.`, {
        remedy: 'Print JSON such as [{"verdict": "pass", "what": "No loan above the limit was granted."}].',
      }),
    ]
  }
  return found.map(each => ({
    ...each,
    id: 'model/business-rule',
    reason: reasonOf(each.verdict),
    subject: each.subject === undefined ? gate.name : `${gate.name}: ${each.subject}`,
  }))
}

function reasonOf(verdict: Exclude<Verdict, 'not-applicable'>): ReasonCode {
  switch (verdict) {
    case 'pass':
      return 'model/business-rule-holds'
    case 'warn':
      return 'model/business-rule-warns'
    case 'inconclusive':
      return 'model/business-rule-inconclusive'
    case 'fail':
      return 'model/business-rule-broken'
    case 'error':
      return 'model/business-rule-not-judged'
  }
}

function broken(gate: CommandGate, reason: ReasonCode, what: string, {remedy}: {remedy: string}): Finding {
  return {id: 'model/business-rule', verdict: 'error', reason, subject: gate.name, what, why, remedy}
}

function programOf({command}: CommandGate): string {
  return typeof command === 'string' ? 'sh' : (command[0] ?? '')
}

/** The last line is where most programs say why they ended. It may quote data, so it is kept short. */
function lastLine(text: string): string {
  return (text.trim().split('\n').at(-1) ?? '').slice(0, 200)
}
