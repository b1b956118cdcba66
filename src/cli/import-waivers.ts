import {parseWaivers} from '../config/waivers.ts'
import {type Day, dayOf, formatDay, parseDay} from '../core/day.ts'
import {UserError} from '../core/failure.ts'
import {importWaivers} from '../image/waivers/import.ts'
import {withoutWorkflowCommands} from '../report/escape.ts'
import type {Command, Given} from './command.ts'

export const importWaiversCommand: Command = {
  name: 'import-waivers',
  summary: 'Write ignore files of other tools as a waiver file.',
  description:
    'Reads .trivyignore, .trivyignore.yaml, ignore rules of Grype, OpenVEX, CycloneDX or CSAF, and prints a waiver file, or writes it. A waiver has an owner, a reason and a last day: what an entry does not say is taken from the options. What a waiver cannot say is told, entry by entry.',
  options: {
    from: {what: 'File to read.', value: 'file'},
    owner: {what: 'Who answers for the entries.', value: 'text'},
    expires: {what: 'Last day of entries that do not end.', value: '2027-01-31'},
    reason: {what: 'Reason of entries that have none.', value: 'text'},
    output: {what: 'File to write. Default: standard output.', value: 'file'},
  },
  async run(given, terminal, runtime) {
    const from = given.required('from')
    const [owner, reason, output] = [given.text('owner'), given.text('reason'), given.text('output')]
    const expires = dayGiven(given)
    if (output !== undefined && (await runtime.files.exists(output))) throw alreadyThere(output)
    const {yaml, count, notes} = importWaivers(await runtime.files.readText(from), from, {
      ...(owner === undefined ? {} : {owner}),
      ...(expires === undefined ? {} : {expires}),
      ...(reason === undefined ? {} : {reason}),
    })
    const waivers = parseWaivers(yaml, output ?? from)
    if (output === undefined) terminal.out(withoutWorkflowCommands(yaml))
    else await runtime.files.writeText(output, yaml)
    for (const note of notes) runtime.log.warning(note)
    const today = dayOf(runtime.clock.now())
    const over = waivers.filter(waiver => waiver.expires < today)
    if (over.length > 0) {
      const since = formatDay(Math.min(...over.map(each => each.expires)))
      runtime.log.warning(
        over.length === 1
          ? `1 of them is over, since ${since}.`
          : `${over.length} of them are over, the first since ${since}.`,
      )
    }
    runtime.log.info(
      `${count} ${count === 1 ? 'waiver' : 'waivers'} from ${from}${output === undefined ? '' : `: ${output}`}`,
    )
    return 0
  },
}

function dayGiven(given: Given): Day | undefined {
  const text = given.text('expires')
  if (text === undefined) return undefined
  const day = parseDay(text)
  if (day !== undefined) return day
  throw new UserError('cli/expires', `--expires is "${text}", which is no day.`, {
    hint: 'Expected a day such as 2027-01-31.',
  })
}

function alreadyThere(output: string): UserError {
  return new UserError('waivers/output-exists', `${output} is there already, and waivers of its own would be lost.`, {
    hint: 'Give another name, and put the two together by hand.',
  })
}
