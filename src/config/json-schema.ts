import * as z from 'zod'
import {configSchema} from './schema.ts'

/** JSON Schema of `slipway.yml` for editors, in draft 7, which all of them read. Parts that are not built are `not: {}`. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const {$schema, ...schema} = z.toJSONSchema(configSchema, {io: 'input', target: 'draft-7', unrepresentable: 'any'})
  return {$schema, $id: 'urn:slipway:schema:config:1', ...schema}
}
