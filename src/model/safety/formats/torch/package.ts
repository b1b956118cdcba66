import {formatCount} from '../../../../core/quantity.ts'
import type {ZipContents, ZipLayout} from '../zip-layout.ts'

/**
 * Archives of `torch.package`: pickles, storages, and the Python modules that the pickles need, which
 * `PackageImporter.load_pickle` runs. Format: `torch/package/package_exporter.py`. The modules are seen as what they are:
 * program text; the pickles as pickles of torch.
 */
export const torchPackage: ZipLayout = {
  name: 'torch.package',
  matches: zip => zip.members.some(({name}) => /^[^/]+\/\.data\/(extern_modules|python_version)$/i.test(name)),
  loaderOf: ({name}) => {
    if (/^[^/]+\/\.data\/\d+\.storage$/i.test(name)) return 'raw tensor'
    return /\.pkl$/i.test(name) ? 'torch' : undefined
  },
  read: zip => {
    const [modules, pickles] = [countOf(zip, '.py'), countOf(zip, '.pkl')]
    return Promise.resolve({is: `torch.package, ${pickles} pickles, ${modules} modules`, holds: 'program'})
  },
}

function countOf({members}: ZipContents, ending: string): string {
  return formatCount(members.filter(({name}) => name.toLowerCase().endsWith(ending)).length)
}
