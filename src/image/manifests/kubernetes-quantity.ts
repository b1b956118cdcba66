const suffixes: ReadonlyMap<string, number> = new Map([
  ['n', 1e-9],
  ['u', 1e-6],
  ['m', 1e-3],
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
  ['E', 1e18],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
  ['Ei', 2 ** 60],
])

/**
 * `500m`, `2Gi`, `1e3` as a number of cores or bytes; undefined for what is no quantity
 * (k8s.io/apimachinery, api/resource/quantity.go).
 */
export function parseKubernetesQuantity(text: string): number | undefined {
  const match = /^([+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30}))(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(
    text,
  )
  if (!match) return undefined
  const [, amount = '', exponent, suffix = ''] = match
  const factor = exponent === undefined ? suffixes.get(suffix) : 10 ** Number(exponent)
  return factor === undefined ? undefined : Number(amount) * factor
}
