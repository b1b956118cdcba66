/**
 * What makes a flaw the same alert in the next image. Tag, digest, commit, layer and installed version change with each
 * build, and an alert that they were part of would be closed and opened anew by it (aquasecurity/trivy#2357).
 */
import {packageKey, packageOf, placeKey, versionKey} from '../identity.ts'
import type {Flaw} from '../scan.ts'

/** Id of the rule: a vulnerability's own name, which people search for; other kinds are kept apart by theirs. */
export function ruleIdOf(flaw: Flaw): string {
  switch (flaw.kind) {
    case 'vulnerability':
      return flaw.id
    // Its id is name and version of a system, and the version moves with each update.
    case 'end-of-life':
      return 'end-of-life'
    case 'secret':
    case 'misconfiguration':
    case 'licence':
    case 'package':
      return `${flaw.kind}/${flaw.id}`
  }
}

/** @param scope service and platform: an image that is scanned twice has its alerts twice */
export function identityOf(flaw: Flaw, scope: readonly string[]): readonly string[] {
  const inPackage = packageOf(flaw)
  const place = firstPlace(flaw)
  const where = inPackage
    ? [packageKey(inPackage.name, inPackage.purl), withoutVersion(place, inPackage.version)]
    : [place, flaw.kind === 'misconfiguration' ? withoutNumbers(flaw.message) : '']
  return [...scope, ruleIdOf(flaw), ...where]
}

/** The same one in whatever order they are given. */
function firstPlace({places}: Flaw): string {
  let first: string | undefined
  for (const place of places) {
    const key = placeKey(place)
    if (first === undefined || key < first) first = key
  }
  return first ?? ''
}

/** `site-packages/torch-2.1.0.dist-info/METADATA` is the same place with 2.1.1, and `lib-v1.2.jar` with 1.3. */
function withoutVersion(path: string, version: string): string {
  const shortest = versionKey(version)
  return shortest === version ? without(path, version) : without(without(path, version), shortest)
}

function without(path: string, version: string): string {
  if (version === '') return path
  let kept = ''
  let from = 0
  for (let at = path.indexOf(version); at >= 0; at = path.indexOf(version, at + version.length)) {
    const start = path[at - 1] === 'v' ? at - 1 : at
    if (start < from || !isApart(path[start - 1]) || !isApart(path[at + version.length])) continue
    kept += `${path.slice(from, start)}*`
    from = at + version.length
  }
  return kept + path.slice(from)
}

/** A version is one where no letter or digit adjoins it. */
function isApart(sign: string | undefined): boolean {
  return sign === undefined || !/[\p{L}\p{N}]/u.test(sign)
}

/** `1 replica` and `2 replicas` of one workload are one thing to correct. */
function withoutNumbers(text: string): string {
  return text.slice(0, 1000).replace(/\d+/g, '#')
}
