import {kerasArchive} from './keras.ts'
import type {ZipLayout} from './zip-layout.ts'

/** Every use of ZIP archives that is known. */
export const zipLayouts: readonly ZipLayout[] = [kerasArchive]
