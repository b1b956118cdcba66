import type {Artifact} from '../../artifact.ts'
import type {Scan} from '../../format.ts'
import {type PickleRun, runPickle} from '../../pickle/run.ts'
import {JoblibArrays} from './arrays.ts'

/** Whether a pickle has arrays of joblib in it, so that joblib reads another stream than pickle does. */
export function hasArrays({observations}: PickleRun): boolean {
  return observations.some(({imported}) => imported !== undefined && wrappers.has(imported.name))
}

const wrappers: ReadonlySet<string> = new Set(['NumpyArrayWrapper', 'NDArrayWrapper', 'ZNDArrayWrapper'])

/**
 * The pickle as joblib reads it: between its opcodes stand the bytes of arrays. What `pickle.load` would import from the
 * same bytes counts as well.
 * @param plain the same pickle, as `pickle.load` reads it
 */
export async function runWithArrays(
  plain: PickleRun,
  {start, artifact, scan}: {start: number; artifact: Artifact; scan: Scan},
): Promise<{readonly run: PickleRun; readonly arrays: number}> {
  const {bytes, path} = artifact
  const arrays = new JoblibArrays(artifact, scan)
  const run = await runPickle(bytes, start, {
    path,
    loader: 'joblib',
    work: scan.work,
    afterBuild: (object, at) => arrays.behind(object, at),
  })
  await scan.tensors(artifact, arrays.tensors)
  const known = new Set(run.observations.map(({imported}) => JSON.stringify([imported?.module, imported?.name])))
  const others = plain.observations.filter(({imported, place}) => {
    // Through a pickle of objects pickle.load runs with a memo that is not meant for it, and imports what nobody wrote.
    if (imported === undefined || (place.byte ?? 0) >= arrays.objectsFrom) return false
    return !known.has(JSON.stringify([imported.module, imported.name]))
  })
  return {run: {...run, observations: [...run.observations, ...others]}, arrays: arrays.count}
}
