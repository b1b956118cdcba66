/** Which tool wrote a file: by its content, never by its name. */
import {UserError} from '../../core/failure.ts'
import type {Content} from './content.ts'
import type {MetricsFormat} from './format.ts'
import {generic} from './generic.ts'
import {k6} from './k6.ts'
import {sklearnReport} from './sklearn-report.ts'
import {wandb} from './wandb.ts'

/** Each knows its own files and no other's. */
export const formats: readonly MetricsFormat[] = [sklearnReport, wandb, k6]

/** @throws UserError `model/metrics-unknown` or `model/metrics-ambiguous` */
export function detectFormat(path: string, content: Content): MetricsFormat {
  const [found, ...others] = formats.filter(format => format.recognises(content))
  if (found && others.length === 0) return found
  if (found) {
    const titles = [found, ...others].map(({title}) => title).join(' and of ')
    throw new UserError('model/metrics-ambiguous', `${path} looks like a file of ${titles}.`, {
      hint: 'Write one file for each.',
    })
  }
  if (generic.recognises(content)) return generic
  const looked = [...formats, generic].map(({title, knownBy}) => `${title} (${knownBy})`).join('; ')
  throw new UserError('model/metrics-unknown', `${path} is no file of metrics that is known. Looked for: ${looked}.`, {
    hint: 'Write the metrics as a JSON object of numbers.',
  })
}
