/**
 * JSON from outside, for a schema that comes next and says what was expected.
 * @returns undefined where the text is no JSON, which no JSON text means
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
