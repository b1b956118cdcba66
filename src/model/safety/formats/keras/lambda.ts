import {quote} from '../../observation.ts'
import {describeCode} from './code.ts'
import {kerasCustom, kerasLambda, kerasNamedFunction} from './rules.ts'
import {type Entries, isEntries, type KerasContext, type KerasSight, sight, textOf} from './sight.ts'

/**
 * A Lambda with stored code (marshalled, in base64: Keras 3 as `__lambda__`, before as a list), with the name of a
 * custom function (`function_type: function`), or with a function of Keras itself.
 */
export function sightsOfLambda(config: Entries | null, context: KerasContext): readonly KerasSight[] {
  const {path} = context
  const code = ['function', 'output_shape', 'mask'].find(key => isCode(config?.get(key), config?.get(`${key}_type`)))
  if (code !== undefined) return [sightOfCode(config, context, config?.get(code))]
  const called = config?.get('function')
  if (typeof called === 'string') {
    return [sight(kerasCustom, `A Lambda calls the function ${quote(called)}, which is not in the file`, path)]
  }
  if (!isEntries(called) || called.get('class_name') !== 'function') {
    return [sight(kerasLambda, 'A Lambda holds a function of an unknown form', path)]
  }
  // The function itself is judged on its own, one step deeper.
  return [sight(kerasNamedFunction, `A Lambda calls ${quote(textOf(called.get('config')) ?? '?')}`, path)]
}

/** @param code where it is not all of the configuration */
export function sightOfCode(
  config: Entries | null,
  {path, container}: KerasContext,
  code: unknown = config,
): KerasSight {
  const safe = container === 'h5' || container === 'saved model' ? '; no safe mode protects this form' : ''
  return sight(kerasLambda, `It holds Python code${describeCode(base64Of(code))}${safe}`, path)
}

/**
 * Marshalled code in one of its forms: `__lambda__`, a list, a tuple written as an object, and whatever stands beside
 * the type `lambda`, a bare text too.
 */
function isCode(value: unknown, type: unknown): boolean {
  if (type === 'lambda' && value !== undefined && value !== null) return true
  if (Array.isArray(value)) return typeof value[0] === 'string' && value[0].length > 16
  if (!isEntries(value)) return false
  const name = value.get('class_name')
  return name === '__lambda__' || (name === '__tuple__' && isCode(value.get('items'), type))
}

function base64Of(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return base64Of(value[0])
  if (!isEntries(value)) return ''
  return base64Of(value.get('code') ?? value.get('value') ?? value.get('items') ?? value.get('config'))
}
