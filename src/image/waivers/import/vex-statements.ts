/** VEX statements as waivers, for those who would rather keep them in one file than beside it. */
import {formatPackageUrl, type PackageUrl} from '../../../core/package-url.ts'
import {imageNameOf} from '../../image-name.ts'
import type {VexComponent, VexDocument, VexStatement} from '../../vex/document.ts'
import {isImageUrl} from '../../vex/match.ts'
import type {Draft, Drafts} from './draft.ts'

/** Only what takes something away; the last statement of each product counts. */
export function draftsOfVex({format, statements, unread}: VexDocument): Drafts {
  const notes = unread.map(each => `${each}: left out.`)
  const drafts: Draft[] = []
  for (const statement of lastWords(statements)) {
    for (const made of draftsOf(statement)) {
      if (typeof made === 'string') notes.push(made)
      else drafts.push(made)
    }
  }
  return {format, drafts, notes}
}

/** The last statement about the same vulnerability in the same products. */
function lastWords(statements: readonly VexStatement[]): readonly VexStatement[] {
  const last = new Map<string, VexStatement>()
  for (const each of statements) {
    const key = JSON.stringify([
      each.ids[0],
      each.scopes.map(scope => [scope.product.label, scope.parts.map(part => part.label)]),
    ])
    const known = last.get(key)
    if (!known || each.at >= known.at) last.set(key, each)
  }
  return [...last.values()]
}

function draftsOf({place, ids, status, says, justification, scopes}: VexStatement): readonly (Draft | string)[] {
  const [id = ''] = ids
  switch (status) {
    case 'affected':
    case 'under_investigation':
      return [`${place}: ${id} is ${status.replaceAll('_', ' ')}, which is nothing to waive: left out.`]
    case 'not_affected':
    case 'fixed': {
      const reason = status === 'fixed' && says !== 'fixed' ? `fixed: ${says}` : says
      const notAffected = justification === undefined ? {} : {justification}
      const common = {place, kind: 'vulnerability', id, notAffected, reason} as const
      return scopes.flatMap(({product, parts}): readonly (Draft | string)[] => {
        const image = imageOf(product)
        if (image !== undefined) {
          const packages = parts.length === 0 ? [undefined] : parts.map(packageOf)
          return packages.map(name =>
            name === null ? noPackage(place, id) : {...common, image, ...(name === undefined ? {} : {package: name})},
          )
        }
        if (parts.length > 0)
          return [`${place}: ${id} in a package within ${product.label}, which a waiver cannot say: left out.`]
        const name = packageOf(product)
        return [name === null ? noPackage(place, id) : {...common, package: name}]
      })
    }
  }
}

/** Pattern of the images that a product is; undefined where it is none. */
function imageOf({purls, names}: VexComponent): string | undefined {
  const purl = purls.find(isImageUrl)
  if (purl) return repositoryOf(purl)
  const [name] = names
  return name === undefined ? undefined : imageNameOf(name)
}

function repositoryOf({type, namespace, name, qualifiers}: PackageUrl): string {
  const path = namespace === '' ? name : `${namespace}/${name}`
  const repository = qualifiers
    .get('repository_url')
    ?.replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
  if (repository === undefined) return type === 'docker' ? path : `**/${path}`
  return repository.endsWith(`/${path}`) ? repository : `${repository}/${path}`
}

function packageOf({purls}: VexComponent): string | null {
  const purl = purls.find(each => !isImageUrl(each))
  const text = purl ? formatPackageUrl(purl) : null
  return text?.includes('*') ? null : text
}

function noPackage(place: string, id: string): string {
  return `${place}: ${id} in something that has no package URL: left out.`
}
