/** Evidence in a folder of this machine: for the command line, the demo and tests. */
import type {Files} from '../../runtime/files.ts'
import type {EvidenceStore} from '../store.ts'
import {evidenceFolder, filesOf, isEvidenceFile, parseEvidence, requireSame} from './evidence-file.ts'

/** Keeps a service's evidence below `<folder>/<service>/evidence`. */
export function openDirectoryEvidence(
  files: Files,
  {folder, service}: {readonly folder: string; readonly service: string},
): EvidenceStore {
  const root = `${folder}/${service}/evidence`
  return {
    async find(kind, digest) {
      const place = evidenceFolder(kind, digest)
      if (!(await files.isFolder(`${root}/${place}`))) return []
      const listed = await files.list(`${root}/${place}`)
      const paths = listed.files.filter(({path}) => isEvidenceFile(path)).map(({path}) => `${place}/${path}`)
      // The names are times of one length, and the list is sorted by name: oldest first.
      return Promise.all(paths.map(async path => parseEvidence(await files.readText(`${root}/${path}`), path, service)))
    },

    async record(evidence, attachments = {}) {
      for (const [path, text] of Object.entries(filesOf(evidence, attachments, service))) {
        if (await files.createText(`${root}/${path}`, text)) continue
        requireSame(await files.readText(`${root}/${path}`), text, path)
      }
    },
  }
}
