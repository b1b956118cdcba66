import type {ModelCardConfig} from '../../config/validation-schema.ts'
import type {UserError} from '../../core/failure.ts'
import type {Finding} from '../../core/finding.ts'
import {type CardPart, type ModelCard, readCard} from '../card/card.ts'
import {titlesOf} from '../card/part-names.ts'

const cardComplete = {
  id: 'model/card-complete',
  what: 'The model card says what it must say, with something written in every required part.',
  why: 'Who uses a model without knowing its owner, purpose, data and limits uses it for what it was not made for.',
  remedy: 'Write it into the model card.',
} as const

/** One finding for each part that is absent or empty; one that passes where none is. */
export function judgeCard(config: ModelCardConfig, text: string): Finding[] {
  const subject = 'model card'
  const base = {id: cardComplete.id, subject}
  if (text.trim() === '') {
    return [
      {
        ...base,
        verdict: 'fail',
        reason: 'model/card-empty',
        what: `${config.file} is empty.`,
        why: cardComplete.why,
        remedy: cardComplete.remedy,
      },
    ]
  }
  const card = readCard(text)
  if (card.problem !== null) {
    return [
      {
        ...base,
        verdict: 'error',
        reason: 'model/card-malformed',
        what: `${config.file} cannot be read. ${card.problem}`,
        why: cardComplete.why,
        remedy: 'Correct the YAML between the two lines "---".',
      },
    ]
  }
  const lacking = [...new Set(config.requires)].flatMap(part => judgePart(config.file, part, card))
  if (lacking.length > 0) return lacking
  return [
    {
      ...base,
      verdict: 'pass',
      reason: 'model/card-complete',
      what: `${config.file} says: ${config.requires.join(', ')}.`,
      n: config.requires.length,
    },
  ]
}

function judgePart(file: string, part: string, card: ModelCard): Finding[] {
  const found = partsOf(part, card)
  if (found.some(({written}) => written)) return []
  const [first] = found
  const base = {id: cardComplete.id, subject: `model card: ${part}`, verdict: 'fail', why: cardComplete.why} as const
  if (first === undefined) {
    return [
      {
        ...base,
        reason: 'model/card-part-missing',
        what: `${file} has no section, labelled line or front matter field for "${part}".`,
        remedy: `Add a section "${part}" and write it.`,
      },
    ]
  }
  return [
    {
      ...base,
      reason: 'model/card-part-empty',
      what: `${file} has a ${placeOf(first)} "${first.title}" for "${part}", with nothing written in it.`,
      remedy: 'Write it: a placeholder of the template counts as empty.',
    },
  ]
}

/** A section may say of what: "limits of this release". "Use in Transformers" is none about use. */
function partsOf(part: string, card: ModelCard): readonly CardPart[] {
  const titles = titlesOf(part)
  return card.parts.filter(({title, where}) =>
    titles.some(known => title === known || (where === 'section' && startsWithWords(title, known))),
  )
}

function startsWithWords(title: string, known: string): boolean {
  return ['of', 'for', 'on'].some(word => title.startsWith(`${known} ${word} `))
}

function placeOf({where}: CardPart): string {
  return where === 'line' ? 'line' : where === 'section' ? 'section' : 'front matter field'
}

/** The model card could not be read at all. */
export function unreadableCard(config: ModelCardConfig, failure: UserError): Finding {
  return {
    id: cardComplete.id,
    subject: 'model card',
    verdict: 'error',
    reason: failure.code === 'file/not-found' ? 'model/card-missing' : failure.code,
    what: failure.message.includes(config.file) ? failure.message : `${config.file}: ${failure.message}`,
    why: cardComplete.why,
    ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
  }
}
