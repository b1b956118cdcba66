/** The content of a JSON or YAML document, after parsing: objects are Maps, so that `__proto__` is a key like any other. */
export type Node = string | number | boolean | null | readonly Node[] | NodeMap
export type NodeMap = ReadonlyMap<string, Node>

export function isMap(node: Node | undefined): node is NodeMap {
  return node instanceof Map
}

export function isList(node: Node | undefined): node is readonly Node[] {
  return Array.isArray(node)
}

/** The mapping below a chain of keys; undefined where one is missing or no mapping. */
export function mapAt(node: Node | undefined, ...keys: readonly string[]): NodeMap | undefined {
  const found = at(node, ...keys)
  return isMap(found) ? found : undefined
}

export function listAt(node: Node | undefined, ...keys: readonly string[]): readonly Node[] | undefined {
  const found = at(node, ...keys)
  return isList(found) ? found : undefined
}

export function textAt(node: Node | undefined, ...keys: readonly string[]): string | undefined {
  const found = at(node, ...keys)
  return typeof found === 'string' && found.trim() !== '' ? found : undefined
}

/** A finite number below a chain of keys. */
export function numberAt(node: Node | undefined, ...keys: readonly string[]): number | undefined {
  const found = at(node, ...keys)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

export function at(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
  let found = node
  for (const key of keys) found = isMap(found) ? found.get(key) : undefined
  return found
}
