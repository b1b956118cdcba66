/** What is typed after `slipway inspect`, and what lies in a model folder, that cannot be judged. */
import {once} from 'node:events'
import {mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {UserError} from '../../../src/core/failure.ts'
import type {Files} from '../../../src/runtime/files.ts'
import type {World} from '../world.ts'
import {type Case, error, fail, type Given, inconclusive} from './case.ts'
import {inspected, pickleCalling, weightsOf, withoutConfig} from './inspected.ts'

const typed =
  (...argv: readonly string[]): Given =>
  () => ['inspect', ...argv]

/** Changes the folder after it was written. */
function changed(change: (world: World) => void | Promise<void>, path = 'subject'): Given {
  return async world => {
    await inspected({})(world)
    await change(world)
    return ['inspect', world.file(path), ...withoutConfig]
  }
}

/** The file system answers in another way from here on. */
function answering(world: World, answers: Partial<Files>): void {
  Object.assign(world.runtime, {files: {...world.runtime.files, ...answers}})
}

const cannotBe = (name: string) => inspected({argv: [name, '@/m.json/below/out']})

export const wrongInspections: readonly Case[] = [
  error('cli/path-missing', 'neither a path nor a config to inspect', typed(...withoutConfig), 'needs the path'),
  error('cli/path-missing', 'an empty path', typed('', ...withoutConfig), 'needs the path'),
  error('file/not-found', 'a path that is not there', typed('nope', ...withoutConfig), '"nope" does not exist'),
  error(
    'file/not-found',
    'a path that begins with a dash',
    typed(...withoutConfig, '--', '-rf'),
    '"-rf" does not exist',
  ),
  error('cli/usage', 'a dash that is taken for an option', typed('-rf', ...withoutConfig), '-r'),
  error('cli/usage', 'two words', typed('a', 'b', ...withoutConfig), 'Unexpected argument "b"'),
  error(
    'cli/formats',
    'a policy that is none',
    inspected({argv: ['--formats', 'allow-list']}),
    '"allow-list" is no policy',
  ),
  error('config/not-found', 'a config that is not there', typed('--config', 'nope.yml'), 'nope.yml'),
  error('file/unwritable', 'a manifest that cannot be written', blocked(cannotBe('--manifest')), 'cannot be written'),
  error('file/unwritable', 'SARIF that cannot be written', blocked(cannotBe('--sarif')), 'cannot be written'),
  error(
    'model/no-files',
    'a folder without a file',
    changed(w => void mkdirSync(w.file('none/below'), {recursive: true}), 'none'),
    'holds no file',
  ),
  error(
    'model/special-file',
    'a socket in the folder',
    changed(w => socket(w.file('subject/socket'))),
    'is a pipe, a socket or a device',
  ),
  error(
    'file/unreadable',
    'a socket in the place of the model',
    changed(w => socket(w.file('socket')), 'socket'),
    'is a pipe, a socket or a device',
  ),
  error(
    'file/unreadable',
    'a link that leads to itself',
    changed(w => symlinkSync('loop', w.file('loop')), 'loop'),
    'cannot be read',
  ),
  error(
    'file/not-found',
    'a link that leads nowhere',
    changed(w => symlinkSync('nowhere', w.file('link')), 'link'),
    'does not exist',
  ),
  error(
    'file/unreadable',
    'a file that nobody may read',
    changed(world => {
      const {open} = world.runtime.files
      const refused = new UserError('file/unreadable', '"model.safetensors" cannot be read: EACCES', {
        hint: 'Check who owns it.',
      })
      answering(world, {
        open: (path, use) => (path.endsWith('.safetensors') ? Promise.reject(refused) : open(path, use)),
      })
    }),
    'cannot be read',
  ),
  ...(process.platform === 'linux'
    ? [error('file/name-not-utf8', 'a name that is not UTF-8', changed(hide), 'is not valid UTF-8')]
    : []),
  error('model/file-name', 'a name of two lines', inspected({files: {'a\nb.txt': 'x'}}), 'holds a line break'),
  error(
    'file/changed',
    'a file that is exchanged for another of its size while it is read',
    changed(world => {
      const {sha256} = world.runtime.files
      // Long ago: a file system tells times apart by some milliseconds only.
      utimesSync(world.file('subject/model.safetensors'), 1, 1)
      answering(world, {
        sha256: async path => {
          writeFileSync(path, weightsOf([3, 4]))
          return sha256(path)
        },
      })
    }),
    'changed while they were read',
  ),
  error(
    'model/no-weights',
    'a folder with an empty file',
    changed(w => w.write('none/a.txt', ''), 'none'),
    'holds no weights',
  ),
  fail(
    'model/empty-file',
    'an empty file of weights beside one that is not',
    inspected({files: {'model-2.onnx': ''}}),
    'is empty',
  ),
  fail(
    'model/pickle-runs',
    'a pickle a thousand folders deep',
    inspected({files: {[`${'d/'.repeat(1000)}a.txt`]: pickleCalling('os', 'system', 'true')}}),
    'it runs a shell command',
  ),
  fail(
    'model/symbolic-link',
    'a folder in the model that is a link',
    changed(w => symlinkSync(w.folder, w.file('subject/more'))),
    'symbolic link',
  ),
  inconclusive(
    'model/unknown-format',
    'bytes that nobody knows, under a name that steers a terminal',
    inspected({files: {'\x1b[2Jblob\u202e.bin': Uint8Array.of(0xe3, 0x28, 0xff, 0xfe, 0, 1)}}),
    'Its format is unknown',
  ),
].map(each => ({...each, when: 'model'}))

/** Stands for all that is neither a file nor a folder. */
async function socket(file: string): Promise<void> {
  const server = createServer().listen(file)
  await once(server, 'listening')
  server.unref()
}

function blocked(given: Given): Given {
  return world => {
    world.write('m.json', '{}')
    return given(world)
  }
}

function hide(world: World): void {
  writeFileSync(Buffer.concat([Buffer.from(`${world.file('subject')}/evil`), Buffer.of(0xff)]), 'x')
}
