/** What is wrong with a text that is not YAML, in words of our own. */
import type {YAMLError} from 'yaml'
import type {Problem} from './problem.ts'

/** The parser's own messages quote the text, which may hold a secret: only the code travels on. */
export function syntaxProblem(error: YAMLError, place: {readonly line: number; readonly column: number}): Problem {
  const {seen, expected, hint} = syntaxWords(error.code)
  return {path: '', ...place, seen, expected, ...(hint === undefined ? {} : {hint})}
}

function syntaxWords(code: YAMLError['code']): {seen: string; expected: string; hint?: string} {
  switch (code) {
    case 'DUPLICATE_KEY':
      return {seen: 'a key that stands here twice', expected: 'each key once', hint: 'Remove one of the two.'}
    case 'TAB_AS_INDENT':
      return {seen: 'a tab as indentation', expected: 'spaces', hint: 'Indent with two spaces.'}
    case 'BAD_INDENT':
      return {seen: 'an indentation that fits no level', expected: 'keys of one mapping in one column'}
    case 'MULTIPLE_DOCS':
      return {seen: 'a second document', expected: 'one document', hint: 'Remove the line "---" and what follows it.'}
    case 'MISSING_CHAR':
      return {seen: 'an end without its closing sign', expected: 'a closing quote or bracket, or a comma or colon'}
    case 'BAD_SCALAR_START':
      return {seen: 'a value that starts with a reserved sign', expected: 'such a value in quotes'}
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {seen: 'two colons in one line', expected: 'one key in a line', hint: 'Put the value in quotes.'}
    case 'TAG_RESOLVE_FAILED':
      return {seen: 'a YAML tag', expected: 'plain values', hint: 'Remove the "!…" before the value.'}
    case 'RESOURCE_EXHAUSTION':
      return {seen: 'brackets nested beyond reason', expected: 'the few levels of this format'}
    case 'ALIAS_PROPS':
    case 'BAD_ALIAS':
    case 'MULTIPLE_ANCHORS':
      return {seen: 'an anchor or alias that is malformed', expected: '"&name" before a value and "*name" for it'}
    case 'BAD_DIRECTIVE':
      return {seen: 'a malformed "%" directive', expected: 'a file without directives'}
    case 'BAD_DQ_ESCAPE':
      return {seen: 'an unknown escape in double quotes', expected: 'single quotes where "\\" stands for itself'}
    case 'BLOCK_IN_FLOW':
      return {seen: 'an indented block within brackets', expected: 'brackets and commas down to the closing bracket'}
    case 'KEY_OVER_1024_CHARS':
    case 'MULTILINE_IMPLICIT_KEY':
      return {seen: 'a key over more than one line', expected: 'a key on one line, followed by ":"'}
    case 'NON_STRING_KEY':
      return {seen: 'a key that is not text', expected: 'a plain word'}
    case 'BAD_PROP_ORDER':
    case 'MULTIPLE_TAGS':
    case 'BAD_COLLECTION_TYPE':
    case 'UNEXPECTED_TOKEN':
    case 'IMPOSSIBLE':
      return {
        seen: 'text that does not fit here',
        expected: '"key: value" or "- item"',
        hint: 'Check the indentation and the quotes of this line and of the one before.',
      }
  }
}
