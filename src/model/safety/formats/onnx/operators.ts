/** What is known of the operators that nodes name. */

/** Sets of operators that come with a runtime: onnx/onnx (`OpSchemaRegistry::DomainToVersionRange`), `core/graph/constants.h` of ONNX Runtime. */
const knownDomains = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.training',
  'ai.onnx.preview',
  'ai.onnx.preview.training',
  'com.microsoft',
  'com.ms.internal.nhwc',
])

/** Whether operators of a domain come with ONNX or ONNX Runtime, and need no library of somebody else. */
export function isKnownDomain(domain: string): boolean {
  return knownDomains.has(domain) || domain.startsWith('com.microsoft.')
}

/** Whether a domain belongs to the standard: a function of a model has no business there. */
export function isStandardDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx' || domain === 'ai.onnx.ml'
}

const python = new Map([
  // ONNX Runtime training: torch.autograd.Function by name; Triton kernels through a Python module.
  ['com.microsoft', new Set(['PythonOp', 'PythonOpGrad', 'TritonOp'])],
  ['org.pytorch.aten', new Set(['PythonOp'])],
  // onnxruntime-extensions: a Python callable by name.
  ['ai.onnx.contrib', new Set(['PyOp'])],
])

/** Whether the operator calls into a Python interpreter. */
export function runsPython(domain: string, operator: string): boolean {
  return python.get(domain)?.has(operator) === true
}

/** EPContext: a graph that an execution provider has compiled. Snpe: a container of Qualcomm's. */
const compiled = new Map([['com.microsoft', new Set(['EPContext', 'Snpe'])]])

/** Whether the operator holds, or points to, a program for an accelerator. */
export function isCompiled(domain: string, operator: string): boolean {
  return compiled.get(domain)?.has(operator) === true
}
