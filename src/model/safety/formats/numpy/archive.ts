import {formatCount} from '../../../../core/quantity.ts'
import type {ZipLayout} from '../zip-layout.ts'

/**
 * Arrays as `np.savez` writes them: a ZIP archive of `.npy` members, which are read as files of their own. A member that
 * holds objects is unpickled when it is asked for by name.
 */
export const numpyArchive: ZipLayout = {
  name: 'NumPy archive',
  matches: ({members}) => members.length > 0 && members.every(isArrayMember),
  loaderOf: () => 'numpy',
  read: ({members}) => {
    const arrays = `${formatCount(members.length)} ${members.length === 1 ? 'array' : 'arrays'}`
    return Promise.resolve({is: `NumPy archive, ${arrays}`, holds: 'weights'})
  },
}

function isArrayMember({name}: {readonly name: string}): boolean {
  return name.toLowerCase().endsWith('.npy')
}
