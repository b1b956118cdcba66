/** `.trivyignore.yaml`: lists of findings with paths, purls, `expired_at` and `statement` (Trivy, "Filtering"). */
import * as z from 'zod'
import {type Day, dayOf, parseDay} from '../../../core/day.ts'
import {parsePackageUrl} from '../../../core/package-url.ts'
import {type Draft, type Drafts, isSayablePath, lastWholeDay} from './draft.ts'
import {malformed, type YamlFile} from './source.ts'

const entry = z.object({
  id: z.string().min(1),
  paths: z.array(z.string()).nullish(),
  purls: z.array(z.string()).nullish(),
  expired_at: z.string().nullish(),
  statement: z.string().nullish(),
})
type Entry = z.output<typeof entry>

const lists = [
  ['vulnerabilities', 'vulnerability'],
  ['misconfigurations', 'misconfiguration'],
  ['secrets', 'secret'],
  ['licenses', 'licence'],
] as const

/** By any of its four lists. */
export function isTrivyIgnoreYaml(value: object): boolean {
  return lists.some(([key]) => Object.hasOwn(value, key))
}

/** @throws UserError `waivers/import-malformed` */
export function draftsOfTrivyYaml({value, lineOf}: YamlFile, source: string): Drafts {
  const known = new Map(Object.entries(value ?? {}))
  const drafts: Draft[] = []
  const notes: string[] = []
  for (const [key, kind] of lists) {
    const parsed = z.array(z.unknown()).nullish().safeParse(known.get(key))
    if (!parsed.success) throw malformed(source, `"${key}" is no list`)
    ;(parsed.data ?? []).forEach((each, index) => {
      const line = lineOf(key, index)
      const read = entry.safeParse(each)
      if (!read.success) throw malformed(source, `line ${line}: ${z.prettifyError(read.error).replaceAll('\n', ' ')}`)
      for (const made of draftsOf(read.data, kind, `line ${line}`)) {
        if (typeof made === 'string') notes.push(made)
        else drafts.push(made)
      }
    })
  }
  const others = [...known.keys()].filter(key => !lists.some(([name]) => name === key))
  if (others.length > 0)
    notes.push(`Left out: ${others.map(key => JSON.stringify(key)).join(', ')}, which Trivy does not know either.`)
  return {format: '.trivyignore.yaml', drafts, notes}
}

/** One draft for each path and package; a note for each that cannot be said. */
function draftsOf(
  {id, paths, purls, expired_at: end, statement}: Entry,
  kind: Draft['kind'],
  place: string,
): readonly (Draft | string)[] {
  if (id.includes('*')) return [`${place}: ${id} is no exact id: left out.`]
  const expires = end == null ? undefined : endOf(end)
  if (end != null && expires === undefined)
    return [`${place}: ${id} ends on ${JSON.stringify(end)}, which is no day: left out.`]
  const common = {
    place,
    kind,
    id,
    ...(statement == null || statement.trim() === '' ? {} : {reason: statement.trim()}),
    ...(expires === undefined ? {} : {expires: lastWholeDay(expires)}),
  }
  const wherever = (list: readonly string[] | null | undefined) =>
    list == null || list.length === 0 ? [undefined] : list
  return wherever(paths).flatMap(path => {
    if (path !== undefined && !isSayablePath(path))
      return [
        `${place}: ${id} at ${JSON.stringify(path)}: a path has no signs but "*" and "**" here, so it is left out.`,
      ]
    return wherever(purls).map(purl => {
      if (purl !== undefined && (parsePackageUrl(purl) === undefined || purl.includes('*')))
        return `${place}: ${id} in ${JSON.stringify(purl)}, which is no package URL: left out.`
      return {...common, ...(path === undefined ? {} : {path}), ...(purl === undefined ? {} : {package: purl})}
    })
  })
}

/** A day, or a moment in it. */
function endOf(text: string): Day | undefined {
  const day = parseDay(text)
  if (day !== undefined || !/^\d{4}-\d\d-\d\d[Tt ]/.test(text)) return day
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : dayOf(new Date(at))
}
