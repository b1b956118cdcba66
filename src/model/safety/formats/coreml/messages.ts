/**
 * The messages of Core ML that lead to something that matters, and by which fields: everything else is weights and
 * shapes, and is passed over. Source: Model.proto, Pipeline, NeuralNetwork, MIL, LinkedModel and CustomModel of
 * coremltools 9 (mlmodel/format).
 */
export type Kind =
  | 'model'
  | 'pipeline holder'
  | 'pipeline'
  | 'network'
  | 'layer'
  | 'branch'
  | 'loop'
  | 'program'
  | 'function entry'
  | 'function'
  | 'block entry'
  | 'block'
  | 'operation'
  | 'argument entry'
  | 'argument'
  | 'binding'
  | 'value entry'
  | 'value'
  | 'immediate value'
  | 'values'
  | 'pairs'
  | 'pair'
  | Leaf

/** Messages that say something by themselves. */
export type Leaf = 'custom class' | 'linked model' | 'serialized model' | 'blob'

const fields = (...entries: readonly (readonly [number, Kind])[]): ReadonlyMap<number, Kind> => new Map(entries)

export const leads: Readonly<Record<Exclude<Kind, Leaf>, ReadonlyMap<number, Kind>>> = {
  model: fields(
    [200, 'pipeline holder'],
    [201, 'pipeline holder'],
    [202, 'pipeline'],
    [303, 'network'],
    [403, 'network'],
    [500, 'network'],
    [502, 'program'],
    [555, 'custom class'],
    [556, 'linked model'],
    [3000, 'serialized model'],
  ),
  'pipeline holder': fields([1, 'pipeline']),
  pipeline: fields([1, 'model']),
  network: fields([1, 'layer']),
  layer: fields([500, 'custom class'], [605, 'branch'], [615, 'loop']),
  branch: fields([1, 'network'], [2, 'network']),
  loop: fields([3, 'network'], [4, 'network']),
  program: fields([2, 'function entry'], [4, 'value entry']),
  'function entry': fields([2, 'function']),
  function: fields([3, 'block entry'], [4, 'value entry']),
  'block entry': fields([2, 'block']),
  block: fields([3, 'operation'], [4, 'value entry']),
  operation: fields([2, 'argument entry'], [4, 'block'], [5, 'value entry']),
  'argument entry': fields([2, 'argument']),
  argument: fields([1, 'binding']),
  binding: fields([2, 'value']),
  'value entry': fields([2, 'value']),
  value: fields([3, 'immediate value'], [5, 'blob']),
  'immediate value': fields([2, 'values'], [3, 'values'], [4, 'pairs']),
  values: fields([1, 'value']),
  pairs: fields([1, 'pair']),
  pair: fields([1, 'value'], [2, 'value']),
}

/** Kinds of models that are weights alone: field numbers of the oneof `Type` in Model.proto. */
export const plainModels: ReadonlySet<number> = new Set([
  300, 301, 302, 304, 400, 401, 402, 404, 501, 560, 600, 601, 602, 603, 604, 606, 607, 609, 610, 900, 2000, 2001, 2002,
  2003, 2004, 2005, 2006,
])
