import type {Rule} from '../../observation.ts'

const resave = 'Load the model where its author is trusted, save it again with one library call, and promote that file.'

export const hdf5ExternalLink: Rule = {
  id: 'hdf5-external-link',
  title: 'An HDF5 link leads to another file',
  means: 'runs',
  why: 'Loading the weights opens a file of the author’s choice on the machine that loads them, and its content becomes part of the model.',
  remedy: resave,
  cves: ['CVE-2026-1669'],
}

export const hdf5ExternalData: Rule = {
  id: 'hdf5-external-data',
  title: 'An HDF5 dataset keeps its elements in another file',
  means: 'runs',
  why: 'Loading the weights reads a file of the author’s choice on the machine that loads them, and its bytes become weights.',
  remedy: resave,
  cves: ['CVE-2026-1669'],
}

export const hdf5Virtual: Rule = {
  id: 'hdf5-virtual-dataset',
  title: 'An HDF5 dataset is put together from others',
  means: 'runs',
  why: 'A virtual dataset takes its elements from other files, which the library opens without a word.',
  remedy: resave,
  cves: ['CVE-2026-1669'],
}

export const hdf5UserLink: Rule = {
  id: 'hdf5-user-defined-link',
  title: 'An HDF5 link is of a user-defined kind',
  means: 'unsure',
  why: 'What such a link does is decided by a function that the loading program registers.',
  remedy: resave,
}

export const hdf5SoftLink: Rule = {
  id: 'hdf5-soft-link',
  title: 'An HDF5 name stands for another name',
  means: 'look',
  why: 'Keras writes none, and its loaders refuse them since 2026: two versions read two different models.',
  remedy: resave,
}

export const hdf5SeveralFiles: Rule = {
  id: 'hdf5-several-files',
  title: 'An HDF5 file is one of several',
  means: 'unread',
  why: 'It was written by a driver that spreads one model over several files, and only this one was read.',
  remedy: 'Repack it into one file: h5repack model.h5 whole.h5.',
}

export const hdf5ShapeBomb: Rule = {
  id: 'hdf5-shape-bomb',
  title: 'HDF5 datasets claim far more than the file holds',
  means: 'bomb',
  why: 'A loader reserves memory for the claimed shape, not for what is stored.',
  remedy: 'Do not load it. Ask its author for the weights as they were trained.',
  cves: ['CVE-2026-0897'],
}

export const hdf5DataOutside: Rule = {
  id: 'hdf5-data-outside',
  title: 'An HDF5 dataset ends behind its file',
  means: 'damaged',
  why: 'Part of the weights is missing.',
  remedy: 'Copy or download the file again, and compare its digest with its source.',
}

export const hdf5Plugin: Rule = {
  id: 'hdf5-filter-plugin',
  title: 'An HDF5 dataset needs a filter plugin',
  means: 'look',
  why: 'Its chunks are unpacked by a native library that the HDF5 library loads from the folder of its plugins.',
  remedy: 'Save the weights without that compression, or make sure that the plugin is one that you installed.',
}

export const hdf5PickledRows: Rule = {
  id: 'hdf5-pickled-rows',
  title: 'An HDF5 dataset holds pickles',
  means: 'unread',
  why: 'PyTables, and pandas with it, unpickles the rows of such a dataset when they are read.',
  remedy: 'Store numbers and texts, or another format: pandas.DataFrame.to_parquet.',
}

export const hdf5Rules: readonly Rule[] = [
  hdf5ExternalLink,
  hdf5ExternalData,
  hdf5Virtual,
  hdf5UserLink,
  hdf5SoftLink,
  hdf5SeveralFiles,
  hdf5ShapeBomb,
  hdf5DataOutside,
  hdf5Plugin,
  hdf5PickledRows,
]
