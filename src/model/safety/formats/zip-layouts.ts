import {kerasArchive} from './keras.ts'
import {numpyArchive} from './numpy/archive.ts'
import {skops} from './skops.ts'
import {torchCheckpoint} from './torch/checkpoint.ts'
import {torchExport} from './torch/export.ts'
import {torchPackage} from './torch/package.ts'
import {torchScript} from './torch/script.ts'
import {torchServe} from './torch/serve.ts'
import type {ZipLayout} from './zip-layout.ts'

/** Every use of ZIP archives that is known. */
export const zipLayouts: readonly ZipLayout[] = [
  kerasArchive,
  numpyArchive,
  skops,
  torchCheckpoint,
  torchScript,
  torchPackage,
  torchExport,
  torchServe,
]
