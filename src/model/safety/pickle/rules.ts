import {pickleImport, type Rule} from '../observation.ts'

const rewrite = 'Write the file again with pickle.dump, or convert it to safetensors.'
const distrust = 'Do not load it. Find out who wrote it, and write it again from the weights alone.'

/** What is called has no name in the file: who loads it decides, or what ran before. */
export const callsUnnamed: Rule = {
  id: 'pickle-calls-unnamed',
  title: 'A pickle calls something that it does not name',
  means: 'unsure',
  why: 'What runs is the result of another call, or supplied by the loader, so no list of names can answer for it.',
  remedy: 'Look at what is called before; convert the weights to safetensors to be sure.',
}

export const importsUnnamed: Rule = {
  id: 'pickle-computed-import',
  title: 'A pickle imports a name that it computes',
  means: 'runs',
  why: 'The name is made while the file loads, so that nobody who only looks can tell what is imported.',
  remedy: distrust,
}

export const extension: Rule = {
  id: 'pickle-extension-code',
  title: 'A pickle imports by an extension code',
  means: 'unsure',
  why: 'The code stands for whatever the loading program has registered with copyreg.add_extension.',
  remedy: 'Write the file again in a program that registers no extension codes.',
}

export const persistentId: Rule = {
  id: 'pickle-persistent-id',
  title: 'A pickle asks its loader for objects by persistent ids',
  means: 'unsure',
  why: 'The loader’s own persistent_load decides what they are; plain pickle.load refuses such a file.',
  remedy: 'Write the file again without persistent ids, or promote the container that it belongs to.',
}

export const outOfBand: Rule = {
  id: 'pickle-out-of-band-buffer',
  title: 'A pickle refers to buffers outside of the file',
  means: 'unsure',
  why: 'Its data is somewhere else; plain pickle.load refuses such a file.',
  remedy: 'Write the file again without buffer_callback.',
}

export const refused: Rule = {
  id: 'pickle-damaged',
  title: 'A pickle breaks off in an error',
  means: 'damaged',
  why: 'Python runs everything before the error; a file that no loader reads to its end was damaged or crafted.',
  remedy: rewrite,
}

export const truncated: Rule = {
  id: 'pickle-truncated',
  title: 'A pickle ends before its end',
  means: 'damaged',
  why: 'Python runs everything up to there, and then fails in the service.',
  remedy: 'Upload it again, and compare its sha256 with the original.',
}

export const frameTrick: Rule = {
  id: 'pickle-frame',
  title: 'A pickle’s frames contradict its opcodes',
  means: 'deceives',
  why: 'CPython’s versions read such a stream differently, and a scanner that reads straight on sees another one (python/cpython#154848).',
  remedy: distrust,
}

export const protocolHeader: Rule = {
  id: 'pickle-protocol-header',
  title: 'A pickle changes its protocol on the way',
  means: 'look',
  why: 'No pickler writes a second PROTO, or one behind the beginning: the stream was put together by hand.',
  remedy: 'Find out which program wrote the file.',
}

export const trailingBytes: Rule = {
  id: 'pickle-trailing-bytes',
  title: 'Bytes stand behind a pickle',
  means: 'look',
  why: 'The unpickler never reads them; another program may.',
  remedy: 'Find out which program wrote them, and write the file again without them.',
}

export const nestedPickle: Rule = {
  id: 'pickle-nested',
  title: 'A pickle holds another pickle as a text or as bytes',
  means: 'look',
  why: 'It does nothing by itself; whoever unpickles it runs it.',
  remedy: 'See which code reads that value, and look at it as a file of its own.',
}

export const hashBomb: Rule = {
  id: 'pickle-hash-bomb',
  title: 'A pickle makes its loader work without end',
  means: 'bomb',
  why: 'Python hashes a key by following every reference in it, and these lead to the same tuples again and again.',
  remedy: distrust,
}

export const expansion: Rule = {
  id: 'pickle-expansion',
  title: 'A pickle unfolds into far more than it is',
  means: 'bomb',
  why: 'Whoever copies, compares, prints or converts it follows every reference and never ends.',
  remedy: distrust,
}

export const memoBomb: Rule = {
  id: 'pickle-memo-bomb',
  title: 'A pickle makes its loader reserve memory without need',
  means: 'bomb',
  why: 'CPython keeps numbered objects in a table as long as the largest number.',
  remedy: distrust,
}

/** Bytes of the file become addresses, or an array reaches beyond its memory. */
export const numpyType: Rule = {
  id: 'pickle-numpy-type',
  title: 'A pickle describes a NumPy type that contradicts itself',
  means: 'deceives',
  why: 'NumPy believes the flags, sizes and offsets that a pickle gives to a type: with false ones it takes bytes of the file for addresses of objects, or reads memory that is not the array’s.',
  remedy:
    'Do not load it. Save the arrays again with numpy.save, or as safetensors, on a machine that trusts their source.',
}

export const pickleRules: readonly Rule[] = [
  pickleImport,
  callsUnnamed,
  importsUnnamed,
  extension,
  persistentId,
  outOfBand,
  refused,
  truncated,
  frameTrick,
  protocolHeader,
  trailingBytes,
  nestedPickle,
  hashBomb,
  expansion,
  memoBomb,
  numpyType,
]
