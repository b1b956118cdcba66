import type {Rule} from '../../observation.ts'

export const sideFileOutside: Rule = {
  id: 'joblib-file-outside',
  title: 'A joblib file reads another file outside the model folder',
  means: 'runs',
  why: 'joblib opens that file when this one is loaded, and unpickles the objects in it.',
  remedy: 'Save the model again with joblib 0.10 or newer, which writes one file.',
}

export const sideFileMissing: Rule = {
  id: 'joblib-file-missing',
  title: 'A joblib file refers to a file that is not there',
  means: 'damaged',
  why: 'Its arrays are in that file: the model cannot be loaded without it.',
  remedy: 'Promote all of its files, or save the model again with joblib 0.10 or newer, which writes one file.',
}

export const sideFile: Rule = {
  id: 'joblib-file-beside',
  title: 'A joblib file has its arrays in other files',
  means: 'note',
  why: 'They belong to the model as much as this one.',
  remedy: 'Save the model again with joblib 0.10 or newer, which writes one file.',
}

export const lengthWrong: Rule = {
  id: 'joblib-length-wrong',
  title: 'An old compressed joblib file says another length than it has',
  means: 'damaged',
  why: 'joblib refuses such a file.',
  remedy: 'Save the model again with joblib.dump.',
}

export const joblibRules: readonly Rule[] = [sideFileOutside, sideFileMissing, sideFile, lengthWrong]
