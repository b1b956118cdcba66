/** YAML of other tools, with the lines of its entries. */
import {isMap, isSeq, LineCounter, parseDocument} from 'yaml'
import {messageOf, UserError} from '../../../core/failure.ts'

export interface YamlFile {
  readonly value: unknown
  /** Line of the entry `index` of the list below `key`, from 1. */
  lineOf(key: string, index: number): number
}

/** @throws UserError `waivers/import-malformed` */
export function parseYamlFile(text: string, source: string): YamlFile {
  const lineCounter = new LineCounter()
  try {
    const document = parseDocument(text, {lineCounter, prettyErrors: false})
    const [problem] = document.errors
    if (problem) throw malformed(source, `line ${lineCounter.linePos(problem.pos[0]).line}: ${problem.message}`)
    const value: unknown = document.toJS({maxAliasCount: 100})
    return {
      value,
      lineOf: (key, index) => {
        const list = isMap(document.contents) ? document.contents.get(key, true) : undefined
        const item: unknown = isSeq(list) ? list.items[index] : undefined
        const range = typeof item === 'object' && item !== null && 'range' in item ? item.range : undefined
        const start: unknown = Array.isArray(range) ? range[0] : undefined
        return lineCounter.linePos(typeof start === 'number' ? start : 0).line
      },
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    // Nested too deep, or aliases that unfold into too much.
    throw malformed(source, messageOf(error), error)
  }
}

/** @param what is wrong, after the colon */
export function malformed(source: string, what: string, cause?: unknown): UserError {
  return new UserError('waivers/import-malformed', `${source} cannot be read: ${what.replace(/\.$/, '')}.`, {
    hint: 'Correct the file, or give another one. Read are .trivyignore, .trivyignore.yaml, ignore rules of Grype, OpenVEX, CycloneDX and CSAF.',
    cause,
  })
}
