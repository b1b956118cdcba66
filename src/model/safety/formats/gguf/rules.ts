import type {Rule} from '../../observation.ts'

const again = 'Convert the model again with a current convert_hf_to_gguf.py or llama-quantize, and promote that file.'

/** What a GGUF file can do to whoever reads it. */
export const rules = {
  version: {
    id: 'gguf-version',
    title: 'A version of GGUF that is not read',
    means: 'unread',
    why: 'Version 1 was used for weeks in 2023 and is refused by loaders; versions beyond 3 are not known yet.',
    remedy: again,
  },
  key: {
    id: 'gguf-duplicate-key',
    title: 'A key that stands twice',
    means: 'deceives',
    why: 'One reader refuses the file, one takes the first value, one the last.',
    remedy: again,
  },
  name: {
    id: 'gguf-duplicate-tensor',
    title: 'A tensor name that stands twice',
    means: 'deceives',
    why: 'One reader refuses the file, one takes the first tensor, one the last.',
    remedy: again,
  },
  alignment: {
    id: 'gguf-alignment',
    title: 'An alignment that cannot be',
    means: 'damaged',
    why: 'Offsets are rounded up to it: a value that is no power of two, or enormous, overflows them.',
    remedy: again,
  },
  overflow: {
    id: 'gguf-size-overflow',
    title: 'Tensor sizes that overflow',
    means: 'damaged',
    why: 'Sizes that wrap around give a loader a small buffer for a large tensor, and it writes behind its end.',
    remedy: again,
    cves: ['CVE-2025-53630', 'CVE-2026-27940', 'CVE-2026-33298'],
  },
  bounds: {
    id: 'gguf-tensor-bounds',
    title: 'A tensor behind the end of the file',
    means: 'damaged',
    why: 'A loader that trusts the shape reads memory that is not the model.',
    remedy: 'Write the file again, and check that it was uploaded whole.',
    cves: ['CVE-2026-7482'],
  },
  offset: {
    id: 'gguf-tensor-offset',
    title: 'A tensor that does not follow the one before',
    means: 'damaged',
    why: 'Tensors that overlap or leave holes are refused by llama.cpp, and read as something else by others.',
    remedy: again,
  },
  block: {
    id: 'gguf-tensor-block',
    title: 'A row that is no whole number of blocks',
    means: 'damaged',
    why: 'Its size is not defined, so each reader takes another number of bytes.',
    remedy: again,
  },
  type: {
    id: 'gguf-unknown-type',
    title: 'A tensor of an unknown type',
    means: 'unsure',
    why: 'How many bytes it needs is not known, so its bounds cannot be checked.',
    remedy: 'Quantise the model to a type of the current ggml, or update Slipway.',
  },
  layers: {
    id: 'gguf-too-many-layers',
    title: 'More layers than loaders have room for',
    means: 'damaged',
    why: 'llama.cpp keeps 512 layers in fixed tables; versions that do not check write behind their end.',
    remedy: again,
  },
  trailing: {
    id: 'gguf-trailing-bytes',
    title: 'Bytes behind the last tensor',
    means: 'look',
    why: 'No loader reads them; somebody may carry something along.',
    remedy: again,
  },
  part: {
    id: 'gguf-split-missing',
    title: 'A part of the model is missing',
    means: 'damaged',
    why: 'The model cannot be loaded without it, and what is put there later has not been checked.',
    remedy: 'Put all parts into the model folder, with the names that llama-gguf-split gives them.',
  },
  partUnknown: {
    id: 'gguf-split-unchecked',
    title: 'Parts of the model cannot be looked for',
    means: 'unsure',
    why: 'Inside an archive it is not known what stands beside the model when it is loaded.',
    remedy: 'Unpack the archive, and promote what the service loads.',
  },
  template: {
    id: 'gguf-template-too-long',
    title: 'A chat template that is too long',
    means: 'unread',
    why: 'A template is a program for the server; one that is not read is not shown to be harmless.',
    remedy: 'Write the template by itself, and look at what makes it so long.',
    cves: ['CVE-2024-34359'],
  },
  bigEndian: {
    id: 'gguf-big-endian',
    title: 'Big-endian weights',
    means: 'note',
    why: 'Only big-endian machines load them; their values are not looked at.',
    remedy: 'Convert the file for the machines of the service.',
  },
} as const satisfies Record<string, Rule>

export const ggufRules: readonly Rule[] = Object.values(rules)
