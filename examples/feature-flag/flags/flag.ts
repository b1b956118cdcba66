/**
 * The flag that says which version of the model answers whom, and the scripts that Slipway moves it by:
 *
 *     node flags/flag.ts <read | offer | set-weight | promote | restore> [value] --file <flags> --service <url>
 *
 * `read` prints the state as JSON; the others end with 0 when it is done, and with 1 and a sentence when it cannot be.
 * All may be repeated. Nothing is deployed: the service has every version loaded, and reads the file at each request.
 *
 * The file is in flagd's format (https://flagd.dev/reference/flag-definitions/), so that flagd can serve it as well.
 * With another flag service this is the file to rewrite: five functions over its API instead of over a file.
 */
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs'
import {parseArgs} from 'node:util'

const flagKey = 'offer-model'

/** Weights as flagd wants them: whole numbers, here of 100. */
type Share = readonly [variant: string, weight: number]

interface Flag {
  readonly state: 'ENABLED' | 'DISABLED'
  readonly variants: Readonly<Record<string, string>>
  readonly defaultVariant: string
  readonly targeting?: {readonly fractional?: readonly Share[]}
}

interface FlagFile {
  readonly flags: Readonly<Record<string, Flag>>
}

/** What the flag says, in Slipway's words. `weight`: percent of the users that meet the candidate. */
interface State {
  readonly stable: string | null
  readonly candidate: string | null
  readonly weight: number
}

const {values: options, positionals} = parseArgs({
  options: {file: {type: 'string'}, service: {type: 'string'}},
  allowPositionals: true,
})
const [act, value = ''] = positionals
const file = options.file ?? refuse('--file is missing: the flag file')

switch (act) {
  case 'read':
    console.log(JSON.stringify(await describe(readState())))
    break
  case 'offer':
    offer(value)
    break
  case 'set-weight':
    setWeight(Number(value))
    break
  case 'promote':
    promote(value)
    break
  case 'restore':
    write({stable: value, candidate: null, weight: 0})
    break
  default:
    refuse(`unknown act "${act}"`)
}

/** Names a version in the flag, without users. The first one ever has them all. */
function offer(version: string): void {
  const {stable, candidate} = readState()
  if (stable === null) write({stable: version, candidate: null, weight: 0})
  else if (version !== stable && version !== candidate) write({stable, candidate: version, weight: 0})
}

function setWeight(weight: number): void {
  const state = readState()
  if (!Number.isInteger(weight) || weight < 0 || weight > 100) refuse(`a flag takes whole percents, not "${value}"`)
  if (state.candidate === null && weight > 0) refuse('no candidate is offered')
  if (state.candidate !== null) write({...state, weight})
}

function promote(version: string): void {
  const {stable, candidate} = readState()
  if (version !== candidate && version !== stable) refuse(`the candidate is ${candidate}, not ${version}`)
  if (version === candidate || candidate !== null) write({stable: version, candidate: null, weight: 0})
}

/** Adds whether the service can answer with the version that matters: the candidate, else the stable one. */
async function describe(state: State): Promise<State & {ready: boolean | null; detail?: string}> {
  const version = state.candidate ?? state.stable
  if (version === null || options.service === undefined) return {...state, ready: null}
  const url = `${options.service}/v2/models/offer/versions/${version}/ready`
  try {
    const {status} = await fetch(url, {signal: AbortSignal.timeout(5000)})
    return status === 200
      ? {...state, ready: true}
      : {...state, ready: false, detail: `the service answers ${status} for ${version}`}
  } catch {
    return {...state, ready: false, detail: `the service does not answer at ${options.service}`}
  }
}

/** Refuses what somebody else wrote in another form: a rule that this script does not understand it must not overwrite. */
function readState(): State {
  const flag = readFile().flags[flagKey]
  if (flag === undefined) return {stable: null, candidate: null, weight: 0}
  const {variants, defaultVariant: stable, targeting, state} = flag
  const others = Object.keys(variants).filter(variant => variant !== stable)
  const [candidate = null] = others
  if (variants[stable] === undefined || others.length > 1)
    refuse(`${flagKey} has other variants than a stable one and a candidate`)
  if (candidate === null && targeting === undefined) return {stable, candidate: null, weight: 0}
  const shares = new Map(targeting?.fractional)
  const weight = shares.get(candidate ?? '')
  if (candidate === null || weight === undefined || shares.get(stable) !== 100 - weight || shares.size !== 2) {
    refuse(`${flagKey} has a targeting that is no split of 100 between ${stable} and ${candidate}`)
  }
  // A flag that was switched off serves the stable version to everybody, whatever stands in its rules.
  return {stable, candidate, weight: state === 'ENABLED' ? weight : 0}
}

function readFile(): FlagFile {
  if (!existsSync(file)) return {flags: {}}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as FlagFile
  } catch {
    return refuse(`${file} is not JSON`)
  }
}

/** Whole or not at all: the service reads while this writes. Other flags of the file stay as they are. */
function write({stable, candidate, weight}: State): void {
  if (stable === null || stable === '') refuse('no version is named')
  const flag: Flag = {
    state: 'ENABLED',
    variants: Object.fromEntries([stable, candidate].filter(each => each !== null).map(each => [each, each])),
    defaultVariant: stable,
    ...(candidate === null
      ? {}
      : {
          targeting: {
            fractional: [
              [stable, 100 - weight],
              [candidate, weight],
            ],
          },
        }),
  }
  const before = readFile()
  const next = {...before, flags: {...before.flags, [flagKey]: flag}}
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(next, null, 2)}\n`)
  renameSync(draft, file)
}

function refuse(problem: string): never {
  console.error(problem)
  process.exit(1)
}
