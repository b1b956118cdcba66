import {quote, type Rule} from '../observation.ts'
import type {RepositoryReading} from './sight.ts'

const environment: Rule = {
  id: 'environment-file',
  title: 'A list of packages beside the weights',
  means: 'note',
  why: 'Some servers install what it names before they load the model.',
  remedy: 'Install packages when the image is built, so that they are scanned there.',
}

const otherSource: Rule = {
  id: 'environment-other-source',
  title: 'A list of packages takes some from elsewhere',
  means: 'look',
  why: 'A server that installs them runs what that address answers on the day; a second index answers for names of the first one too.',
  remedy: 'Name released versions of one index, with hashes, and install them when the image is built.',
}

export const requirementsRules: readonly Rule[] = [environment, otherSource]

const listNames =
  /^((constraints|requirements|python_env|environment|conda)[\w.-]*\.(txt|in|ya?ml)|pipfile(\.lock)?|pyproject\.toml|setup\.cfg|packages\.txt|environment\.ya?ml)$/
const elsewhere =
  /(^|[\s"'=-])(--(extra-)?index-url|--find-links|--trusted-host|-i\s|-f\s|git\+[a-z]+:|https?:\/\/|file:|ssh:)|^\s*-?\s*(-e|--editable)\s/

/** Lists of Python packages (`requirements.txt`, conda and Pipenv files). */
export function readRequirements(name: string, text: string): RepositoryReading | null {
  if (!listNames.test(name)) return null
  const lines = text.split(/\r?\n/).map(line =>
    line
      .slice(0, 500)
      .replace(/(^|\s)#.*$/, '')
      .trimEnd(),
  )
  const others = lines.filter(line => elsewhere.test(line))
  const packages = lines.filter(line => line.trim() !== '').length
  return {
    is: 'list of packages',
    sights: [
      {rule: environment, what: `It lists packages on ${packages === 1 ? '1 line' : `${packages} lines`}.`},
      ...others.slice(0, 20).map(line => ({rule: otherSource, what: `It has the line ${quote(line.trim())}.`})),
    ],
  }
}
