/** What a Dockerfile says of the image that it makes. */
import type {Misconfiguration} from '../scan.ts'
import {type Dockerfile, parseDockerfile, rootStage, type Stage} from './dockerfile/parse.ts'
import {assignments, expand, words} from './dockerfile/words.ts'
import {isDigested, isLatest, tagOf} from './image-tag.ts'
import {type About, misconfigured} from './rule.ts'
import {isSecretName, looksSecret} from './secret-names.ts'
import {cut} from './tree.ts'

const reference = 'https://docs.docker.com/reference/dockerfile/'
const practices = 'https://docs.docker.com/build/building/best-practices/'

const rules = {
  noBase: {
    id: 'docker-no-base',
    severity: 'high',
    title: 'Dockerfile names no base image',
    asks: 'There is a FROM.',
    why: 'Nothing can be built from it, so it does not describe the image.',
    url: `${reference}#from`,
  },
  digest: {
    id: 'docker-base-digest',
    severity: 'high',
    title: 'Base image is not named by its digest',
    asks: 'Each image after FROM ends with `@sha256:…`; `scratch` and earlier stages need none.',
    why: 'The next build of the same commit may be another image.',
    url: `${practices}#pin-base-image-versions`,
  },
  latest: {
    id: 'docker-base-latest',
    severity: 'high',
    title: 'Base image is whatever is newest',
    asks: 'No image after FROM is without a tag, or has the tag `latest`, unless it has a digest.',
    why: 'A build brings in a new major version on its own.',
    url: `${practices}#pin-base-image-versions`,
  },
  root: {
    id: 'docker-user-root',
    severity: 'high',
    title: 'Image runs as root',
    asks: 'The last stage ends with a USER other than root.',
    why: 'Root in a container is root on its node as soon as anything else gives way.',
    url: `${practices}#user`,
  },
  address: {
    id: 'docker-add-address',
    severity: 'medium',
    title: 'Build takes what an address gives',
    asks: 'ADD from an address has `--checksum=sha256:…`.',
    why: 'Whoever serves it chooses what is in the image.',
    url: `${reference}#add---checksum`,
  },
  secret: {
    id: 'docker-plain-secret',
    severity: 'high',
    title: 'Secret goes into the image',
    asks: 'No ENV or ARG is named as a secret and has a value, and no ARG is named so at all.',
    why: 'Values of ARG and ENV stay in the history of the image, for everybody who can pull it.',
    url: 'https://docs.docker.com/build/building/secrets/',
  },
} as const satisfies Record<string, About>

export const dockerfileRules: readonly About[] = Object.values(rules)

/** @param path relative to the repository's root */
export function checkDockerfile(path: string, text: string): readonly Misconfiguration[] {
  const file = parseDockerfile(text)
  const said: Say = (rule, line, message, remedy) =>
    misconfigured(rule, {kind: 'repository', file: path, line}, message, remedy)
  const last = file.stages.at(-1)
  if (!last)
    return [said(rules.noBase, 1, `${path} has no FROM.`, 'Name the Dockerfile of the image in image.dockerfile.')]
  return [...bases(file, said), ...user(file, last, said), ...addresses(file, said), ...secrets(file, said)]
}

type Say = (rule: About, line: number, message: string, remedy: string) => Misconfiguration

function bases({stages}: Dockerfile, said: Say): readonly Misconfiguration[] {
  return stages.flatMap(({base, written, line, parent}) => {
    if (parent !== null || base?.toLowerCase() === 'scratch') return []
    const shown = cut(written, 160)
    if (base === null) {
      const remedy = 'Give its ARG a default that ends with @sha256:….'
      return [said(rules.digest, line, `FROM ${shown} depends on an ARG without a default.`, remedy)]
    }
    if (isDigested(base)) return []
    const remedy = `Write FROM ${shown}@sha256:… with the digest that you have tested; Renovate and Dependabot keep it up to date.`
    if (!isLatest(base)) return [said(rules.digest, line, `FROM ${shown} names a tag, which can be moved.`, remedy)]
    const seen = tagOf(base) === '' ? 'has no tag, which means latest' : 'has the tag latest'
    return [said(rules.latest, line, `FROM ${shown} ${seen}.`, 'Write a version and its digest.')]
  })
}

function user(file: Dockerfile, last: Stage, said: Say): readonly Misconfiguration[] {
  const remedy = 'Write USER with a number other than 0 at the end of the last stage, such as USER 65532:65532.'
  const lineage: Stage[] = [last]
  for (let stage = last; stage.parent !== null; ) {
    const parent = file.stages[stage.parent]
    if (!parent) break
    lineage.push(parent)
    stage = parent
  }
  for (const stage of lineage) {
    const instruction = stage.instructions.findLast(({name}) => name === 'USER')
    if (!instruction) continue
    const name = expand(words(instruction.text)[0] ?? '', variablesOf(file, stage))
    if (name !== null && !isRoot(name)) return []
    const why = name === null ? 'depends on a variable without a default' : 'is root'
    return [said(rules.root, instruction.line, `USER ${cut(instruction.text)} ${why}.`, remedy)]
  }
  const root = rootStage(file, last)
  // By the convention of distroless and Chainguard images, such tags have a USER of their own.
  if (tagOf(root.base ?? '').includes('nonroot')) return []
  const message = `The last stage has no USER: it runs as the user of ${cut(root.written, 160)}, which mostly is root.`
  return [said(rules.root, last.line, message, remedy)]
}

/** `0`, `root`, `0:0`: the user counts, whatever the group. Nothing means root. */
export function isRoot(user: string): boolean {
  const colon = user.indexOf(':')
  return /^(\+?0*|root)$/.test((colon === -1 ? user : user.slice(0, colon)).trim())
}

/** ENV and ARG of a stage; an ARG without a value takes that of the ARG before the first FROM. */
function variablesOf({globals}: Dockerfile, stage: Stage): ReadonlyMap<string, string | null> {
  const variables = new Map<string, string | null>()
  for (const {name, text} of stage.instructions) {
    if (name !== 'ENV' && name !== 'ARG') continue
    for (const [key, value] of assignments(text)) {
      variables.set(key, value === null ? (globals.get(key) ?? null) : expand(value, variables))
    }
  }
  return variables
}

function addresses({stages}: Dockerfile, said: Say): readonly Misconfiguration[] {
  return stages.flatMap(({instructions}) =>
    instructions.flatMap(({name, text, flags, line}) => {
      if (name !== 'ADD' || flags.has('checksum')) return []
      const address = words(text).find(word => /^\[?"?https?:\/\//i.test(word))
      if (address === undefined || /\.git(#|$)/.test(address)) return []
      const message = `ADD takes ${cut(address.replace(/^\["?/, ''), 160)} without a checksum.`
      return [said(rules.address, line, message, 'Write ADD --checksum=sha256:… with the digest that you have tested.')]
    }),
  )
}

function secrets({instructions}: Dockerfile, said: Say): readonly Misconfiguration[] {
  return instructions.flatMap(({name, text, line}) => {
    if (name !== 'ENV' && name !== 'ARG') return []
    return assignments(text)
      .filter(([key, value]) => (value === null ? name === 'ARG' && isSecretName(key) : looksSecret(key, value)))
      .map(([key, value]) => {
        const what =
          value === null ? 'takes a secret, which the history of the image keeps' : 'holds a secret as plain text'
        const remedy = `Use RUN --mount=type=secret,id=${cut(key)} where it is needed${value === null ? '' : ', and change the secret: it has been seen'}.`
        return said(rules.secret, line, `${name} ${cut(key)} ${what}.`, remedy)
      })
  })
}

/**
 * Line of the FROM that brings in the packages of the operating system: the one of outside on which the last stage is
 * built in the end. null for a text without a FROM.
 */
export function lastFrom(text: string): number | null {
  const file = parseDockerfile(text)
  const last = file.stages.at(-1)
  return last ? rootStage(file, last).line : null
}
