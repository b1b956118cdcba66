import type {Alternative} from './alternative.ts'
import {numbersIn} from './keywords.ts'
import {boundsOf} from './number-gaps.ts'

/** Shown that no value has this form: its bounds contradict each other. What refuses it refuses nothing. */
export function isEmpty(form: Alternative): boolean {
  switch (form.type) {
    case 'number': {
      const {low, high} = boundsOf(form)
      return low.value > high.value || (low.value === high.value && (low.open || high.open))
    }
    case 'string':
      return crossed(form, 'minLength', 'maxLength')
    case 'array':
      return crossed(form, 'minItems', 'maxItems')
    case 'object':
      return crossed(form, 'minProperties', 'maxProperties')
    case 'null':
    case 'boolean':
      return false
  }
}

function crossed({parts}: Alternative, least: string, most: string): boolean {
  return Math.max(0, ...numbersIn(parts, least)) > Math.min(Number.POSITIVE_INFINITY, ...numbersIn(parts, most))
}
