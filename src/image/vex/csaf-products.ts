/** `product_tree` of CSAF 2.0 (OASIS, §3.2.2): which package or image is meant by a product id? */
import * as z from 'zod'
import {parsePackageUrl} from '../../core/package-url.ts'
import {componentOf} from './component.ts'
import type {VexScope} from './document.ts'
import {isImageUrl} from './match.ts'

const product = z.object({
  product_id: z.string(),
  name: z.string().optional(),
  product_identification_helper: z.object({purl: z.string().optional()}).optional(),
})
type Product = z.output<typeof product>

/** Branches hold branches: they are walked with a list of our own, however deep somebody nests them. */
const branch = z.object({product: product.optional(), branches: z.array(z.unknown()).optional()})

export const productTree = z.object({
  branches: z.array(z.unknown()).optional(),
  full_product_names: z.array(product).optional(),
  relationships: z
    .array(
      z.object({product_reference: z.string(), relates_to_product_reference: z.string(), full_product_name: product}),
    )
    .optional(),
  product_groups: z.array(z.object({group_id: z.string(), product_ids: z.array(z.string())})).optional(),
})
type ProductTree = z.output<typeof productTree>

export interface Products {
  /** What an id means here; a sentence where it cannot be tied to a package or an image. */
  readonly scopes: ReadonlyMap<string, VexScope | string>
  readonly groups: ReadonlyMap<string, readonly string[]>
}

/** @throws z.ZodError where a branch is malformed */
export function productsOf(tree: ProductTree): Products {
  const products = new Map<string, Product>()
  for (const each of [...(tree.full_product_names ?? []), ...inBranches(tree.branches ?? [])])
    products.set(each.product_id, each)
  const scopes = new Map<string, VexScope | string>()
  for (const each of products.values()) {
    scopes.set(each.product_id, purlOf(each) === undefined ? 'has no package URL' : whole(each))
  }
  for (const {
    product_reference: inner,
    relates_to_product_reference: outer,
    full_product_name: both,
  } of tree.relationships ?? []) {
    scopes.set(
      both.product_id,
      purlOf(both) === undefined ? within(products.get(inner), products.get(outer)) : whole(both),
    )
  }
  const groups = new Map((tree.product_groups ?? []).map(each => [each.group_id, each.product_ids]))
  return {scopes, groups}
}

function inBranches(branches: readonly unknown[]): readonly Product[] {
  const found: Product[] = []
  const open = [...branches]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const {product: here, branches: below = []} = branch.parse(next)
    if (here) found.push(here)
    for (const each of below) open.push(each)
  }
  return found
}

function within(inner: Product | undefined, outer: Product | undefined): VexScope | string {
  const part = inner && purlOf(inner)
  if (!inner || !part || isImageUrl(part)) return 'has no package URL'
  const product = outer && purlOf(outer)
  if (outer && product)
    return {
      product: componentOf([outer.product_identification_helper?.purl ?? '']),
      parts: [componentOf([inner.product_identification_helper?.purl ?? ''])],
    }
  // A distribution has no purl of its own. Its exact build of a package is known by the version; its packages in
  // general are not: `openssl` of one release is fixed where that of another is not.
  return part.version === undefined
    ? 'is a package of any version, as part of something without a package URL'
    : whole(inner)
}

function whole({product_identification_helper: helper}: Product): VexScope {
  return {product: componentOf([helper?.purl ?? '']), parts: []}
}

function purlOf({product_identification_helper: helper}: Product) {
  return helper?.purl === undefined ? undefined : parsePackageUrl(helper.purl)
}
