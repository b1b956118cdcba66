import type {TarLayout} from './tar-layout.ts'
import {torchTar} from './torch/tar.ts'

/** Every use of tar archives that is known. */
export const tarLayouts: readonly TarLayout[] = [torchTar]
