import {quote, type Rule} from '../observation.ts'
import {isObject, objectAt, type RepositoryFile, type RepositoryReading, textAt} from './sight.ts'

const notebookCode: Rule = {
  id: 'notebook-beside-weights',
  title: 'A notebook beside weights',
  means: 'look',
  why: 'No loader runs it, but people do; it is not part of the model.',
  remedy: 'Keep notebooks in the repository of the code.',
}

export const notebookRules: readonly Rule[] = [notebookCode]

/** Whether JSON is a notebook, and how many cells of it are code. */
export function readNotebook({value}: RepositoryFile): RepositoryReading | null {
  if (!isObject(value) || !value.has('nbformat')) return null
  const cells = value.get('cells')
  const code = (Array.isArray(cells) ? cells : []).filter(cell => textAt(cell, 'cell_type') === 'code').length
  const what = `It is a notebook with ${code} cells of code.`
  const language = textAt(objectAt(objectAt(value, 'metadata'), 'kernelspec'), 'language') ?? 'unknown language'
  return {is: `notebook (${quote(language, 20)})`, sights: code > 0 ? [{rule: notebookCode, what}] : []}
}
