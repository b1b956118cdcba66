import * as z from 'zod'
import {scanDocument} from './document.ts'

/** JSON Schema (2020-12) of the scan document, for whoever reads what `slipway scan` writes. */
export function scanJsonSchema(): Readonly<Record<string, unknown>> {
  const {$schema, ...schema} = z.toJSONSchema(scanDocument, {io: 'input', unrepresentable: 'any'})
  const title = 'Scan of an image by Slipway'
  const description =
    'What scanners found in each platform of an image and what the gate made of it. A reader passes over keys that it does not know.'
  return {$schema, $id: 'urn:slipway:schema:scan:1', title, description, ...schema}
}
