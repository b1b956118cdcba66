import {quote} from '../observation.ts'
import {sightsOfTemplate} from '../templates/jinja.ts'
import {isObject, type RepositoryFile, type RepositoryReading, type RepositorySight} from './sight.ts'

/**
 * Chat templates inside JSON: `chat_template` of a tokenizer or processor (a text, or a list of `{name, template}`), and
 * `chat_template.json`. Null where there is none.
 */
export function readChatTemplates({value}: RepositoryFile): RepositoryReading | null {
  const templates = [...templatesOf(value)]
  if (templates.length === 0) return null
  return {
    is: 'chat template',
    sights: templates.flatMap(({name, text}) => sightsOf(text, `chat template ${quote(name)}`)),
  }
}

/** A template in a file of its own: `chat_template.jinja`, `additional_chat_templates/*.jinja`. */
export function readTemplateFile(name: string, text: string): RepositoryReading | null {
  if (!/\.(jinja2?|j2)$/.test(name)) return null
  return {is: 'chat template', sights: sightsOf(text, 'template')}
}

function sightsOf(text: string, subject: string): RepositorySight[] {
  return sightsOfTemplate(text).map(({rule, what, at}) => ({
    rule,
    what: `${what.replace(/^(The template|A text of the template)/, start => (start === 'The template' ? `The ${subject}` : `A text of the ${subject}`)).replace(/\.$/, '')} (sign ${at}).`,
  }))
}

function* templatesOf(value: unknown): Generator<{name: string; text: string}> {
  if (!isObject(value)) return
  const template = value.get('chat_template')
  if (typeof template === 'string') yield {name: 'default', text: template}
  const several = isObject(template)
    ? [...template].map(
        ([name, text]) =>
          new Map([
            ['name', name],
            ['template', text],
          ]),
      )
    : template
  for (const each of Array.isArray(several) ? several : []) {
    const text = isObject(each) ? each.get('template') : null
    const name = isObject(each) ? each.get('name') : null
    if (typeof text === 'string') yield {name: typeof name === 'string' ? name : '', text}
  }
}
