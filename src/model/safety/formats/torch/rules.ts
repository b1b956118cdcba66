import type {Rule} from '../../observation.ts'

const writeAgain = 'Save the checkpoint again with torch.save, or its weights as safetensors.'

export const storageId: Rule = {
  id: 'torch-storage-id',
  title: 'A torch checkpoint asks for a storage in a way that torch does not write',
  means: 'damaged',
  why: 'What a loader makes of it depends on its version.',
  remedy: writeAgain,
}

export const storageMissing: Rule = {
  id: 'torch-storage-missing',
  title: 'A torch checkpoint refers to a storage that it does not hold',
  means: 'damaged',
  why: 'It cannot be loaded whole.',
  remedy: writeAgain,
}

export const storageSize: Rule = {
  id: 'torch-storage-size',
  title: 'A storage of a torch checkpoint has another size than its tensors say',
  means: 'damaged',
  why: 'torch before 2.10 takes the size that is claimed, and reads or writes memory that is not the storage’s.',
  remedy: writeAgain,
  cves: ['CVE-2026-24747'],
}

export const tensorOutside: Rule = {
  id: 'torch-tensor-outside',
  title: 'A tensor reaches beyond its storage',
  means: 'damaged',
  why: 'It is a view of memory that does not belong to the storage; torch refuses it, where it looks.',
  remedy: writeAgain,
}

export const memberUnused: Rule = {
  id: 'torch-member-unused',
  title: 'A torch checkpoint holds members that belong to no tensor',
  means: 'look',
  why: 'torch.load does not read them; nobody would miss them, and anything may be in them.',
  remedy: writeAgain,
}

export const severalPickles: Rule = {
  id: 'torch-several-pickles',
  title: 'An archive holds several torch checkpoints',
  means: 'deceives',
  why: 'torch takes the one in the folder of the archive’s first member; other tools take another one.',
  remedy: writeAgain,
}

export const byteOrder: Rule = {
  id: 'torch-byte-order',
  title: 'A torch checkpoint has an unknown byte order',
  means: 'damaged',
  why: 'torch.load refuses it.',
  remedy: writeAgain,
}

export const legacyBroken: Rule = {
  id: 'torch-legacy-broken',
  title: 'A checkpoint in torch’s old format breaks it',
  means: 'damaged',
  why: 'torch.load runs its pickles up to the place where it gives up.',
  remedy: writeAgain,
}

export const trailingBytes: Rule = {
  id: 'torch-trailing-bytes',
  title: 'Bytes behind a checkpoint in torch’s old format',
  means: 'look',
  why: 'torch.load does not read them, unless it is called again on the same open file.',
  remedy: writeAgain,
}

export const classSource: Rule = {
  id: 'torch-class-source',
  title: 'A checkpoint in torch’s old format holds program text',
  means: 'note',
  why: 'torch.load compares it with the source of the class, and does not run it.',
  remedy: 'Save the state_dict instead of the whole module.',
}

export const torchRules: readonly Rule[] = [
  storageId,
  storageMissing,
  storageSize,
  tensorOutside,
  memberUnused,
  severalPickles,
  byteOrder,
  legacyBroken,
  trailingBytes,
  classSource,
]
