import type {Rule} from '../../observation.ts'

const writeAgain = 'Export the model again with torch.export.save from its source, on a machine that you trust.'

export const exportExpression: Rule = {
  id: 'torch-export-expression',
  title: 'An exported program computes sizes by more than arithmetic',
  means: 'runs',
  why: 'torch.export.load gives these texts to sympy, which evaluates them as Python.',
  remedy: writeAgain,
}

export const exportUnknown: Rule = {
  id: 'torch-export-unknown',
  title: 'An exported program uses names that are not known',
  means: 'unsure',
  why: 'Such texts are evaluated as Python, and what an unknown name does there cannot be told.',
  remedy: writeAgain,
}

export const exportTarget: Rule = {
  id: 'torch-export-target',
  title: 'An exported program calls something else than an operator',
  means: 'runs',
  why: 'torch.export.load follows the name through the modules of torch, which lead to every module that torch imports.',
  remedy: writeAgain,
}

export const exportImport: Rule = {
  id: 'torch-export-import',
  title: 'An exported program imports a module',
  means: 'runs',
  why: 'torch.export.load imports the module that the description of its inputs or outputs names.',
  remedy: writeAgain,
}

export const exportLibrary: Rule = {
  id: 'torch-export-library',
  title: 'An exported program needs operators that torch does not bring',
  means: 'look',
  why: 'They are machine code of a library that the service loads; what they do is not in this file.',
  remedy: 'Make sure that the library is in the image and is scanned there.',
}

export const exportFiles: Rule = {
  id: 'torch-export-file-access',
  title: 'An exported program reads or writes files',
  means: 'runs',
  why: 'These operators open any file by name.',
  remedy: writeAgain,
}

export const exportRules: readonly Rule[] = [
  exportExpression,
  exportUnknown,
  exportTarget,
  exportImport,
  exportLibrary,
  exportFiles,
]
