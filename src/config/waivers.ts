/**
 * The waiver file: what is accepted for a while, each entry by somebody and for a reason. What a waiver does to a
 * verdict is `image/waivers/`.
 *
 *     - vulnerability: CVE-2022-48174    # or another name of the same thing, such as its GHSA
 *       package: busybox                 # or pkg:apk/alpine/busybox; without it: in every package
 *       path: usr/lib/legacy/**          # without it: wherever it lies
 *       image: registry.example.com/ml/* # without it: in every image that is judged with this file
 *       status: not_affected             # without it: accepted
 *       justification: vulnerable_code_not_in_execute_path
 *       owner: platform-team
 *       reason: The image has no shell that reads input from outside.
 *       expires: 2027-01-31              # the last day on which it holds, in UTC
 *     - kind: misconfiguration           # also: secret, licence, package, end-of-life
 *       id: KSV014
 *       path: deploy/train.yml
 *       …
 */
import {explain} from './explain.ts'
import {ConfigError, type Problem} from './problem.ts'
import {type Horizon, waiverProblems} from './waiver-rules.ts'
import {type WaiverEntry, waiverEntries, waiverEntry} from './waiver-schema.ts'
import {readYaml, type YamlSource} from './yaml-source.ts'

/** What is accepted. `line` is where it stands in the file, for messages. */
export interface Waiver extends Omit<WaiverEntry, 'vulnerability' | 'kind' | 'id'> {
  readonly kind: WaivedKind
  /** Name of the vulnerability (any of its aliases), id of the rule or the check, SPDX id of the licence. */
  readonly id: string
  readonly line: number
}

export type WaivedKind = 'vulnerability' | NonNullable<WaiverEntry['kind']>

/** Ten thousand waivers with reasons of several lines. */
const maxCharacters = 8 * 1024 * 1024

/**
 * An empty file is an empty list.
 * @param file name of the file for messages, as the user gave it
 * @param horizon how far ahead a waiver may end; without it, as far as somebody writes
 * @throws ConfigError `config/invalid` with every problem and its line and column
 */
export function parseWaivers(content: string, file: string, horizon?: Horizon): readonly Waiver[] {
  const source = readYaml(content, maxCharacters)
  if (source.problems.length > 0) throw new ConfigError(file, source.problems)
  if (source.value === null || source.value === undefined) return []
  if (!Array.isArray(source.value)) throw new ConfigError(file, [notAList(source)])
  const parsed = source.value.map(entry => waiverEntry.safeParse(entry).data)
  const whole = parsed.every(entry => entry !== undefined)
  const problems = [...(whole ? [] : explain(waiverEntries, source)), ...waiverProblems(parsed, source, horizon)]
  if (problems.length > 0) throw new ConfigError(file, problems)
  return parsed.flatMap((entry, index) => (entry ? [toWaiver(entry, source.place([index], 'value').line)] : []))
}

function toWaiver({vulnerability, kind, id, ...rest}: WaiverEntry, line: number): Waiver {
  return {kind: kind ?? 'vulnerability', id: vulnerability ?? id ?? '', ...rest, line}
}

function notAList(source: YamlSource): Problem {
  return {
    path: '',
    ...source.place([], 'value'),
    seen: 'something that is not a list',
    expected: 'a list of waivers, each with vulnerability, owner, reason and expires',
  }
}
