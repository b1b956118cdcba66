/** What is said of the imports of a file’s pickles. */
import {assertNever} from '../../../core/assert.ts'
import {formatDay} from '../../../core/day.ts'
import type {ReasonCode} from '../../../core/finding.ts'
import {formatCount} from '../../../core/quantity.ts'
import type {Verdict} from '../../../core/verdict.ts'
import type {ImportUse} from '../observation.ts'
import {type JudgedImport, worstUse} from './imports.ts'
import {fileId, type Objection} from './objection.ts'
import {
  doNotLoad,
  placeOf,
  plainName,
  sentenceSubject,
  shownName,
  shownUse,
  structureOf,
  whereAt,
  whereInside,
} from './words.ts'

/** One for each import that is not admitted. */
export function importObjection(judged: JudgedImport): Objection | null {
  if (judged.admitted) return null
  const words = wordsFor(judged)
  if (words === null) return null
  const {observation, imported} = judged
  const {place, sure} = observation
  const use = words.use ?? worstUse(imported)
  const at = use?.place ?? place
  const where = whereAt(at)
  const cves = observation.rule.cves ?? []
  return {
    rank: words.rank,
    finding: {
      id: fileId,
      subject: whereInside(place),
      verdict: words.verdict,
      reason: words.reason,
      what: `${sentenceSubject(place)} ${shownUse(imported, use)} when it is loaded${where === '' ? '' : `, ${where}`}${words.what}${structureOf(cves)}`,
      why: words.why,
      remedy: observation.remedy ?? words.remedy,
      place: placeOf(at),
      details: {
        rule: observation.rule.id,
        import: plainName(imported),
        loader: imported.loader,
        uses: imported.uses.map(({how, count}) => `${how} ×${formatCount(count)}`),
        sure,
        ...(cves.length === 0 ? {} : {cves}),
      },
    },
  }
}

interface Words {
  readonly verdict: Verdict
  readonly reason: ReasonCode
  readonly rank: number
  /** Ends the sentence that began with what the pickle does. */
  readonly what: string
  readonly why: string
  readonly remedy: string
  /** The use that is objected to, where it is not the worst one. */
  readonly use?: ImportUse
}

function wordsFor({observation, imported, answer}: JudgedImport): Words | null {
  const {why, remedy} = observation.rule
  const name = plainName(imported)
  const allow = `If its code was reviewed, a team can take responsibility for it: model.safety.allow with import: ${name}, owner, reason and expires.`
  switch (answer.kind) {
    case 'dangerous':
      return {
        verdict: 'fail',
        reason: 'model/pickle-runs',
        rank: 0,
        what: `: it ${answer.danger.does}.`,
        why: answer.danger.why,
        remedy: doNotLoad,
      }
    case 'needs-unsafe': {
      const {owner} = answer.allowance
      return {
        verdict: 'fail',
        reason: 'model/allowance-needs-unsafe',
        rank: 1,
        what: `: it ${answer.danger.does}, and the allowance of ${owner} does not say “unsafe: true”.`,
        why: answer.danger.why,
        remedy: `${doNotLoad} If it must be loaded all the same, write unsafe: true into the allowance.`,
      }
    }
    case 'expired': {
      const {owner, expires} = answer.allowance
      return {
        verdict: 'fail',
        reason: 'model/allowance-expired',
        rank: 2,
        what: `. The allowance of ${owner} ended on ${formatDay(expires)}, so it counts again.`,
        why,
        remedy: `Renew the allowance with a new day and reason. ${remedy}`,
      }
    }
    case 'main':
      return {
        verdict: 'inconclusive',
        reason: 'model/pickle-main',
        rank: 4,
        what: `. ${shownName(imported)} is a class or function of the program that wrote the pickle, and whichever program loads it runs its own.`,
        why: 'What stands under this name is decided by the program that loads the file, so the file alone does not say what happens.',
        remedy: `Move it into a module of a package and write the pickle again. ${allow}`,
      }
    case 'unlisted':
      return {
        verdict: 'fail',
        reason: 'model/pickle-import-unknown',
        rank: 3,
        what: '. It is not on the allow-list: nobody has reviewed what a pickle can do with it.',
        why,
        remedy: `${remedy} ${allow}`,
      }
    case 'other-use': {
      const {uses, context, reason} = answer.entry
      const may = uses.map(how => nounFor[how]).join(', ')
      return {
        verdict: 'fail',
        reason: 'model/pickle-use-unreviewed',
        rank: 3,
        use: answer.use,
        what: `. The allow-list (${context}) knows it for ${may} only.`,
        why: reason,
        remedy: `${remedy} ${allow}`,
      }
    }
    case 'other-loader':
      return {
        verdict: 'fail',
        reason: 'model/pickle-other-loader',
        rank: 3,
        what: `. The allow-list (${answer.entry.context}) knows it only in files that ${answer.entry.loader} opens.`,
        why: answer.entry.reason,
        remedy: `${remedy} ${allow}`,
      }
    case 'alone':
      return {
        verdict: 'fail',
        reason: 'model/pickle-runs',
        rank: 0,
        what: `. The allow-list (${answer.entry.context}) knows it only beside ${answer.entry.beside?.join(' or ')}.`,
        why: answer.entry.reason,
        remedy: doNotLoad,
      }
    // Not admitted, though allowed: `weights-only` has one sentence for all of them.
    case 'listed':
    case 'allowed':
      return null
    default:
      return assertNever(answer)
  }
}

const nounFor: Readonly<Record<ImportUse['how'], string>> = {
  call: 'being called',
  new: 'being made without its constructor',
  keywords: 'being given arguments by name',
  state: 'being given a state',
  items: 'being given items',
  reference: 'being handed on',
  rewrite: 'being changed',
}
