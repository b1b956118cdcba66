/** Files that pin packages: which they are, and what they pin in which line. */

import {pinsOfPnpm, pinsOfYarn} from './locks/javascript.ts'
import {pinsOfComposer, pinsOfNpm, pinsOfPipfile} from './locks/json.ts'
import {pinsOfGemfile, pinsOfGoMod, pinsOfGoSum, pinsOfPom} from './locks/others.ts'
import type {Pin} from './locks/pin.ts'
import {pinsOfConda, pinsOfRequirements, pinsOfTomlPackages} from './locks/python.ts'

export type {Pin} from './locks/pin.ts'

interface LockFormat {
  readonly names: readonly string[]
  pins(text: string): readonly Pin[]
}

/** What pins most exactly stands first: a flaw is shown in the first of them that has its package. */
const formats: readonly LockFormat[] = [
  {names: ['poetry.lock', 'uv.lock', 'pdm.lock', 'pylock.toml'], pins: text => pinsOfTomlPackages(text, 'pypi')},
  {names: ['Pipfile.lock'], pins: pinsOfPipfile},
  {
    names: [
      ...['requirements.lock', 'requirements.txt', 'requirements-prod.txt', 'requirements/prod.txt'],
      ...['requirements/production.txt', 'requirements/base.txt', 'requirements/requirements.txt', 'constraints.txt'],
    ],
    pins: pinsOfRequirements,
  },
  {names: ['conda-lock.yml', 'environment.yml', 'environment.yaml', 'conda.yaml', 'conda.yml'], pins: pinsOfConda},
  {names: ['package-lock.json', 'npm-shrinkwrap.json'], pins: pinsOfNpm},
  {names: ['yarn.lock'], pins: pinsOfYarn},
  {names: ['pnpm-lock.yaml'], pins: pinsOfPnpm},
  {names: ['go.mod'], pins: pinsOfGoMod},
  {names: ['go.sum'], pins: pinsOfGoSum},
  {names: ['Cargo.lock'], pins: text => pinsOfTomlPackages(text, 'cargo')},
  {names: ['pom.xml'], pins: pinsOfPom},
  {names: ['Gemfile.lock'], pins: pinsOfGemfile},
  {names: ['composer.lock'], pins: pinsOfComposer},
]

/** Names of lock files, relative to the folder of the service; those that pin more exactly first. */
export const lockNames: readonly string[] = formats.flatMap(({names}) => names)

/** What `text` pins, if its name is that of a lock file, in whatever folder. A text of another form pins nothing. */
export function pinsIn(path: string, text: string): readonly Pin[] {
  const format = formats.find(({names}) => names.some(name => path === name || path.endsWith(`/${name}`)))
  return format ? format.pins(text) : []
}
