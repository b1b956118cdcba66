/** `.trivyignore`: an id in each line, perhaps with `exp:2027-01-31`; comments above are the reasons. */
import {parseDay} from '../../../core/day.ts'
import {type Draft, type Drafts, lastWholeDay} from './draft.ts'

/** Never throws: a line that Trivy would pass over is left out with a note. */
export function draftsOfTrivyIgnore(text: string): Drafts {
  const drafts: Draft[] = []
  const notes: string[] = []
  let comments: string[] = []
  let used = false
  text.split(/\r?\n/).forEach((line, index) => {
    const trimmed = line.trim()
    if (trimmed.startsWith('#')) {
      if (used) comments = []
      used = false
      comments.push(trimmed.replace(/^#+\s*/, ''))
      return
    }
    if (trimmed === '') {
      comments = []
      return
    }
    used = true
    const place = `line ${index + 1}`
    const [id = '', ...words] = trimmed.split(/\s+/)
    const end = words.find(word => word.startsWith('exp:'))?.slice('exp:'.length)
    const day = end === undefined ? undefined : parseDay(end)
    if (end !== undefined && day === undefined) {
      notes.push(
        `${place}: ${id} ends on ${JSON.stringify(end)}, which is no day: Trivy ignores the line, and so it is left out.`,
      )
      return
    }
    const kind = kindOf(id)
    if (kind !== 'vulnerability')
      notes.push(`${place}: ${id} is taken for a ${kind} by its form: correct "kind" where it is another.`)
    const behind = /\s#\s*(.*)$/.exec(trimmed)?.[1]
    const reason = behind || comments.filter(Boolean).join(' ')
    drafts.push({
      place,
      kind,
      id,
      ...(reason === '' ? {} : {reason}),
      ...(day === undefined ? {} : {expires: lastWholeDay(day)}),
    })
  })
  return {format: '.trivyignore', drafts, notes}
}

/** The file does not say what an id is of, and Trivy asks every scanner for it (pkg/result/ignore.go). */
function kindOf(id: string): Draft['kind'] {
  if (/^(AVD-)?(AWS|AZU|AZURE|GCP|DS|KSV|KCV|DIG|GIT|NIF|OCI|OPNSTK|CLOUDSTACK|CIS|EKS)-?\d{3,4}$/.test(id))
    return 'misconfiguration'
  if (/^AVD-/.test(id)) return 'misconfiguration'
  if (/^[A-Za-z][A-Za-z0-9]*(-[A-Z]+)*-\d{4}[-:]|^(GHSA|DSA|DLA|USN|TEMP|CGA|MAL|ALAS\d*|SNYK)-/.test(id))
    return 'vulnerability'
  if (/^[a-z0-9]+(-[a-z0-9]+)+$/.test(id)) return 'secret'
  return 'licence'
}
