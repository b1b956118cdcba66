import type {Rule} from '../../observation.ts'

const again = 'Convert the model again with openvino.convert_model and openvino.save_model.'

/** What an OpenVINO model can do beside computing. */
export const rules = {
  declaration: {
    id: 'openvino-document-type',
    title: 'An OpenVINO model declares a document type',
    means: 'runs',
    why: 'A document type or entity makes XML readers open files and addresses, or unfold a few lines into gigabytes; OpenVINO writes none.',
    remedy: 'Remove the declaration, and ask where it comes from.',
  },
  extension: {
    id: 'openvino-extension-layer',
    title: 'A layer of somebody’s own',
    means: 'look',
    why: 'It needs a native library that the service has to load beside the model.',
    remedy: 'Make sure that the library comes with the image, where it is scanned, and not with the model.',
  },
  missing: {
    id: 'openvino-weights-missing',
    title: 'The weights of an OpenVINO model are missing',
    means: 'damaged',
    why: 'The model cannot be loaded without them, and what is put there later has not been checked.',
    remedy: 'Put the .bin file beside the .xml file, with the same name.',
  },
  link: {
    id: 'openvino-weights-link',
    title: 'The weights of an OpenVINO model are a link',
    means: 'runs',
    why: 'A link shows whatever file it leads to on the machine that loads the model.',
    remedy: 'Put the file itself in its place.',
  },
  unchecked: {
    id: 'openvino-weights-unchecked',
    title: 'Weights of an OpenVINO model that cannot be looked at',
    means: 'unsure',
    why: 'Alone, or inside an archive, it is not known what stands beside the model when it is loaded.',
    remedy: 'Name the folder of both files as the model, unpacked.',
  },
  bounds: {
    id: 'openvino-weights-bounds',
    title: 'Weights behind the end of their file',
    means: 'damaged',
    why: 'A loader that does not check reads memory that is not the model.',
    remedy: again,
  },
  size: {
    id: 'openvino-size-mismatch',
    title: 'A constant whose data do not fit its shape',
    means: 'damaged',
    why: 'A loader that trusts the shape reads beyond the data.',
    remedy: again,
  },
} as const satisfies Record<string, Rule>

export const openvinoRules: readonly Rule[] = Object.values(rules)
