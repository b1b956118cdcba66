/**
 * Scores of the Exploit Prediction Scoring System (first.org/epss), in the CSV that FIRST publishes every day: a comment
 * with the model and the day, a line of names, then some 300,000 scores. Read line by line, without a list of rows.
 */
import {type Day, parseDay} from '../../core/day.ts'
import type {Epss} from '../scan.ts'
import {refuseOtherList, wrongList} from './refusal.ts'

export interface EpssList {
  /** By CVE. */
  readonly scores: ReadonlyMap<string, Epss>
  /** Day of the scores; null where the file has no comment line. */
  readonly date: Day | null
}

const hint = 'Download epss_scores-current.csv.gz of FIRST again; it may stay packed.'

/** @throws UserError `image/list-…` where this is not a whole list of scores */
export function parseEpss(content: string, source: string): EpssList {
  if (content.trim() === '') throw wrongList('image/list-empty', `${source} is empty.`, hint)
  refuseOtherList(content, source, 'scores of EPSS')
  let at = 0
  let lineNumber = 0
  const nextLine = (): string => {
    const end = content.indexOf('\n', at)
    const line = content.slice(at, end < 0 ? content.length : end)
    at = end < 0 ? content.length : end + 1
    lineNumber++
    return line.endsWith('\r') ? line.slice(0, -1) : line
  }

  let first = nextLine()
  let date: Day | null = null
  while (first.startsWith('#')) {
    date = parseDay(/score_date:(\d{4}-\d{2}-\d{2})/.exec(first.slice(0, 500))?.[1] ?? '') ?? date
    first = nextLine()
  }
  if (first !== 'cve,epss,percentile') {
    const seen = `${source} has the columns "${first.slice(0, 60)}". Expected cve,epss,percentile.`
    throw wrongList('image/list-malformed', seen, hint)
  }

  const scores = new Map<string, Epss>()
  while (at < content.length) {
    const line = nextLine()
    if (line === '') continue
    const parsed = parseLine(line)
    if (parsed === undefined) {
      const seen = `${source}, line ${lineNumber}: "${line.slice(0, 60)}" is no CVE with two numbers from 0 to 1.`
      throw wrongList('image/list-malformed', seen, hint)
    }
    scores.set(parsed.cve, parsed.epss)
  }
  if (scores.size > 0) return {scores, date}
  throw wrongList('image/list-empty', `${source} has names of columns and no score.`, hint)
}

function parseLine(line: string): {readonly cve: string; readonly epss: Epss} | undefined {
  const firstComma = line.indexOf(',')
  const secondComma = line.indexOf(',', firstComma + 1)
  if (firstComma < 0 || secondComma < 0 || !line.startsWith('CVE-')) return undefined
  const score = share(line.slice(firstComma + 1, secondComma))
  const percentile = share(line.slice(secondComma + 1))
  if (score === undefined || percentile === undefined) return undefined
  return {cve: line.slice(0, firstComma), epss: {score, percentile}}
}

/** A decimal number from 0 to 1: an empty field is no zero. */
function share(text: string): number | undefined {
  if (!/^\d/.test(text)) return undefined
  const value = Number(text)
  return value >= 0 && value <= 1 ? value : undefined
}
