import type {Rule} from '../../observation.ts'

const reexport = 'Export the model again from the framework that trained it, and promote that file.'
const besideIt =
  'Write the model again with onnx.save(model, path, save_as_external_data=True, location="model.onnx.data").'

/** What an ONNX model can do beside computing. */
export const rules = {
  outside: {
    id: 'onnx-external-data-outside',
    title: 'External data outside the model folder',
    means: 'runs',
    why: 'Whoever loads the model reads that file as weights, and may hand its content to whoever asks the model.',
    remedy: besideIt,
    cves: ['CVE-2022-25882', 'CVE-2024-27318', 'CVE-2025-51480'],
  },
  link: {
    id: 'onnx-external-data-link',
    title: 'External data through a link',
    means: 'runs',
    why: 'A link shows whatever file it leads to on the machine that loads the model.',
    remedy: besideIt,
    cves: ['CVE-2026-27489', 'CVE-2026-34447'],
  },
  hardLink: {
    id: 'onnx-external-data-hard-link',
    title: 'External data with a second name',
    means: 'runs',
    why: 'A file with several names can be one of the machine, and be read or overwritten under the name of weights.',
    remedy: besideIt,
    cves: ['CVE-2026-34446'],
  },
  memory: {
    id: 'onnx-external-data-in-memory',
    title: 'External data at a memory address',
    means: 'runs',
    why: 'The runtime keeps this location for tensors that are in its memory: a file that uses it reads or breaks that memory.',
    remedy: reexport,
  },
  attributes: {
    id: 'onnx-external-data-keys',
    title: 'External data with keys that are none',
    means: 'runs',
    why: 'Versions of onnx before 1.21 set every key as an attribute of their own object.',
    remedy: reexport,
    cves: ['CVE-2026-34445'],
  },
  twice: {
    id: 'onnx-external-data-twice',
    title: 'External data with two answers',
    means: 'deceives',
    why: 'Where a key stands twice, two readers may load two different files.',
    remedy: reexport,
  },
  absent: {
    id: 'onnx-external-data-missing',
    title: 'External data that is not there',
    means: 'damaged',
    why: 'The model cannot be loaded without it, and what is put there later has not been checked.',
    remedy: 'Put the file beside the model, or write the model again with its data inside.',
  },
  bounds: {
    id: 'onnx-external-data-bounds',
    title: 'External data behind the end of its file',
    means: 'damaged',
    why: 'A loader that does not check reads memory that is not the model.',
    remedy: 'Write the model and its data again, and check that both were uploaded whole.',
  },
  unchecked: {
    id: 'onnx-external-data-unchecked',
    title: 'External data that cannot be looked at',
    means: 'unsure',
    why: 'Inside an archive it is not known what stands beside the model when it is loaded.',
    remedy: 'Unpack the archive, and promote what the service loads.',
  },
  size: {
    id: 'onnx-size-mismatch',
    title: 'A tensor whose data do not fit its shape',
    means: 'damaged',
    why: 'A loader that trusts the shape reads or writes beyond the data.',
    remedy: reexport,
  },
  python: {
    id: 'onnx-python-operator',
    title: 'An operator that runs Python',
    means: 'runs',
    why: 'The operator calls a Python function of the service, by a name that the model chooses.',
    remedy: 'Export the model with operators of ONNX alone.',
  },
  compiled: {
    id: 'onnx-compiled-part',
    title: 'A part that is compiled for an accelerator',
    means: 'code',
    why: 'It is a program for a driver, which cannot be read here.',
    remedy: 'Promote the model before it is compiled, and compile it in the service.',
  },
  custom: {
    id: 'onnx-custom-operator',
    title: 'An operator of somebody’s own',
    means: 'look',
    why: 'It needs a native library that the service has to load beside the model.',
    remedy: 'Make sure that the library comes with the image, where it is scanned, and not with the model.',
  },
  shadow: {
    id: 'onnx-shadowed-operator',
    title: 'A function in the name of a standard operator',
    means: 'deceives',
    why: 'One runtime calls the function of the model, another its own operator of that name.',
    remedy: reexport,
  },
  functionTwice: {
    id: 'onnx-function-twice',
    title: 'Two functions of one name',
    means: 'deceives',
    why: 'Which of them is called depends on the runtime.',
    remedy: reexport,
  },
  endless: {
    id: 'onnx-endless-function',
    title: 'Functions that call each other in a circle',
    means: 'bomb',
    why: 'A runtime that puts functions in the place of their calls never ends.',
    remedy: reexport,
  },
  graphs: {
    id: 'onnx-graph-twice',
    title: 'More than one graph',
    means: 'deceives',
    why: 'Some readers join them, others keep one: two readers see two models.',
    remedy: reexport,
  },
  noGraph: {
    id: 'onnx-no-graph',
    title: 'No graph',
    means: 'damaged',
    why: 'A model without a graph computes nothing.',
    remedy: reexport,
  },
  unknown: {
    id: 'onnx-unknown-fields',
    title: 'Parts that ONNX does not know',
    means: 'look',
    why: 'A newer writer may have put them there, or somebody who carries something along.',
    remedy: 'Ask whoever wrote the model what they are, or export it again.',
  },
  unknownType: {
    id: 'onnx-unknown-type',
    title: 'A tensor of an unknown type',
    means: 'unsure',
    why: 'How many bytes it needs is not known, so its bounds cannot be checked.',
    remedy: 'Export the model with a type of ONNX 1.23 or before.',
  },
  ort: {
    id: 'ort-not-read',
    title: 'A model in the format of ONNX Runtime',
    means: 'unread',
    why: 'The format depends on one version of the runtime and may hold operators that are compiled already.',
    remedy: 'Promote the .onnx file from which it was made; ONNX Runtime loads that too.',
  },
} as const satisfies Record<string, Rule>

export const onnxRules: readonly Rule[] = Object.values(rules)
