import type {Rule} from '../../observation.ts'

export const unknownExtension: Rule = {
  id: 'msgpack-extension',
  title: 'A MessagePack file holds values of an extension type of its own',
  means: 'unsure',
  why: 'What becomes of them is known only to the program that loads the file.',
  remedy: 'Promote the weights as safetensors.',
}

export const msgpackRules: readonly Rule[] = [unknownExtension]
