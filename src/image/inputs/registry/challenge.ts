/** What a registry asks for before it answers: the header WWW-Authenticate (RFC 9110, section 11.6.1). */
export type Challenge =
  | {readonly kind: 'bearer'; readonly realm: string; readonly service: string | null; readonly scope: string | null}
  | {readonly kind: 'basic'}
  /** Negotiate, Digest, or nothing that can be read. */
  | {readonly kind: 'other'; readonly scheme: string}

/**
 * Bearer before Basic where both are offered: a token says no more than it must.
 * @param header all challenges, as `fetch` joins them with commas; null where there is none
 */
export function parseChallenge(header: string | null): Challenge {
  const challenges = split((header ?? '').slice(0, maxHeader))
  const bearer = challenges.find(each => each.scheme === 'bearer')
  const realm = bearer?.parameters.get('realm')
  if (bearer && realm !== undefined) {
    const {parameters} = bearer
    return {kind: 'bearer', realm, service: parameters.get('service') ?? null, scope: parameters.get('scope') ?? null}
  }
  if (challenges.some(each => each.scheme === 'basic')) return {kind: 'basic'}
  return {kind: 'other', scheme: challenges[0]?.scheme ?? 'nothing'}
}

const maxHeader = 8192

interface SchemeAndParameters {
  readonly scheme: string
  readonly parameters: Map<string, string>
}

/** Token by token, so that a comma inside quotes (`scope="repository:x:pull,push"`) ends nothing. */
function split(header: string): readonly SchemeAndParameters[] {
  const challenges: SchemeAndParameters[] = []
  const part = /[\s,]*([!#$%&'*+.^_`|~\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y
  for (let match = part.exec(header); match !== null; match = part.exec(header)) {
    const [whole, name = '', quoted, plain] = match
    const isScheme = !whole.includes('=')
    if (isScheme) challenges.push({scheme: name.toLowerCase(), parameters: new Map()})
    else challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '')
  }
  return challenges
}
