import * as path from 'node:path'
import {UserError} from '../core/failure.ts'
import type {Command} from './command.ts'
import {templates} from './init/templates.ts'

export const initCommand: Command = {
  name: 'init',
  summary: 'Write slipway.yml and the workflows that call Slipway.',
  description:
    'Writes a config with comments and five short workflows into a repository. Nothing that exists is overwritten: when one of the files is there, nothing is written.',
  options: {
    folder: {what: 'Folder of the repository. Default: this one.', value: 'folder'},
    service: {what: 'Name of the service. Default: the folder’s name.', value: 'name'},
    pack: {what: 'Repository and ref of the pack.', value: 'owner/name@ref', fallback: 'slipway/slipway@v1'},
  },
  async run(given, terminal, {files}) {
    const folder = given.text('folder') ?? '.'
    const pack = given.required('pack')
    if (!/^[\w.-]+\/[\w.-]+@[\w./-]+$/.test(pack)) {
      throw new UserError('cli/usage', `"${pack}" is not a repository with a ref.`, {hint: 'Expected owner/name@ref.'})
    }
    const service = given.text('service') ?? serviceName(path.basename(path.resolve(folder)))
    const written = Object.entries(templates({service, pack}))
    const taken: string[] = []
    for (const [file] of written) if (await files.exists(path.join(folder, file))) taken.push(file)
    if (taken.length > 0) {
      throw new UserError('cli/file-exists', `${taken.join(', ')} already exists; nothing was written.`, {
        hint: 'Move it away, or name another --folder.',
      })
    }
    for (const [file, content] of written) await files.writeText(path.join(folder, file), content)
    terminal.out(
      `${written.map(([file]) => `wrote ${file}`).join('\n')}\n\nNext: edit the lines marked EDIT, then run slipway validate.\n`,
    )
    return 0
  },
}

/** A folder's name as a service's name: lower case, other characters to hyphens. */
function serviceName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 50)
  return name === '' ? 'model' : name
}
