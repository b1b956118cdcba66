import type {Rule} from '../../observation.ts'

const exported = 'Export the model as ONNX, or its weights with safetensors.'
const reviewed =
  'Export the model as ONNX or with safetensors, or review the program and allow the file: model.safety.allow with file, owner, reason and expires.'

export const scriptProgram: Rule = {
  id: 'torchscript-program',
  title: 'A TorchScript file holds a program',
  means: 'look',
  why: 'torch.jit.load runs parts of it while it loads (__setstate__), in an interpreter that knows operators of torch only.',
  remedy: reviewed,
}

export const scriptFiles: Rule = {
  id: 'torchscript-file-access',
  title: 'A TorchScript program reads or writes files',
  means: 'runs',
  why: 'These operators open any file by name; with them a model overwrites what the service, or its user, will run.',
  remedy: 'Do not load it. Find out who wrote it; no model needs these operators.',
  cves: ['CVE-2025-32434'],
}

export const scriptNetwork: Rule = {
  id: 'torchscript-network',
  title: 'A TorchScript program talks to other processes',
  means: 'runs',
  why: 'These operators call functions of other processes, or wait for them.',
  remedy: exported,
}

export const scriptPython: Rule = {
  id: 'torchscript-python',
  title: 'A TorchScript program calls Python',
  means: 'runs',
  why: 'The operator hands control to a function of Python.',
  remedy: exported,
}

export const scriptLibrary: Rule = {
  id: 'torchscript-library',
  title: 'A TorchScript program needs operators that torch does not bring',
  means: 'look',
  why: 'They are machine code of a library that the service loads; what they do is not in this file.',
  remedy: 'Make sure that the library is in the image and is scanned there.',
}

export const scriptIndirect: Rule = {
  id: 'torchscript-indirect',
  title: 'A TorchScript program takes operators in a way that hides their names',
  means: 'unsure',
  why: 'torch.jit.save never writes programs like this, and which operators they call cannot be told from their text.',
  remedy: 'Export the model again with torch.jit.save.',
}

export const scriptMethod: Rule = {
  id: 'torchscript-method',
  title: 'A TorchScript program calls a method with the name of an operator that opens files',
  means: 'look',
  why: 'It may be a method of the model’s own, or torch’s operator.',
  remedy: reviewed,
}

export const scriptOther: Rule = {
  id: 'torchscript-other-program',
  title: 'A TorchScript file holds program text that is not TorchScript',
  means: 'code',
  why: 'torch.jit.load refuses it; whoever unpacks the archive may run it as Python.',
  remedy: 'Export the model again with torch.jit.save.',
}

export const scriptUnread: Rule = {
  id: 'torchscript-unread',
  title: 'A TorchScript program is too long to be read',
  means: 'unread',
  why: 'What has not been looked at is not shown to be harmless.',
  remedy: exported,
}

export const scriptRules: readonly Rule[] = [
  scriptProgram,
  scriptFiles,
  scriptNetwork,
  scriptPython,
  scriptLibrary,
  scriptIndirect,
  scriptMethod,
  scriptOther,
  scriptUnread,
]
