import {describe, expect, test} from 'vitest'
import {dangerOf} from '../../../../src/model/safety/allow/never.ts'
import {neverNames} from '../../../../src/model/safety/allow/never-names.ts'

describe('what a dangerous name does is said in words', () => {
  test.each([
    ['os', 'system', 'runs a shell command'],
    ['posix', 'popen', 'runs a shell command'],
    ['subprocess', 'Popen', 'runs a program'],
    ['os', 'remove', 'changes or deletes files'],
    ['os', 'anything', 'reaches the operating system: programs, files, or the process itself'],
    ['os.path', 'join', 'reaches the operating system: programs, files, or the process itself'],
    ['builtins', 'eval', 'runs program text, or makes code from it'],
    ['types', 'CodeType', 'runs program text, or makes code from it'],
    ['builtins', 'open', 'opens, writes or deletes files'],
    ['builtins', 'getattr', 'reaches any attribute of anything, or calls what it is given'],
    ['builtins', '__import__', 'imports any module, whose code then runs'],
    ['importlib', 'import_module', 'imports any module, whose code then runs'],
    ['urllib.request', 'urlopen', 'reaches the network'],
    ['torch.storage', '_load_from_bytes', 'reads another pickle, which no one has looked at'],
    ['ctypes', 'CDLL', 'calls into machine code, or reads and writes any memory'],
    ['sys', 'settrace', 'looks into the running program, or changes it'],
  ])('%s.%s %s', (module, name, does) => {
    expect(dangerOf({module, name})?.does).toBe(does)
  })
})

describe('a walk over attributes is as dangerous as what it comes by', () => {
  test.each([
    ['shutil', 'os.system'],
    ['collections', '_sys.modules'],
    ['random', '_os.system'],
    ['numpy', 'f2py.crackfortran.myeval'],
    ['numpy', 'testing.suppress_warnings'],
    ['torch', 'jit.load'],
    ['os', 'path.os.system'],
    ['my_package', 'Model.__init__.__globals__'],
    ['my_package', 'helpers.subprocess.run'],
    ['my_package', 'builtins.eval'],
    ['my_package', 'x.eval'],
    ['my_package', `${'a.'.repeat(1000)}system._x`],
  ])('%s + %s', (module, name) => {
    expect(dangerOf({module, name})).not.toBeNull()
  })

  test.each([
    ['my_package', 'Outer.Inner'],
    ['my_package', '_private'],
    ['ospackage', 'system'],
    ['my_package.os', 'Layer'],
    ['collections', 'OrderedDict'],
    ['', ''],
    ['.', '.'],
    ['os.', ''],
  ])('nothing is known against %s + %s', (module, name) => {
    // `os.` is no module: what follows the dot is empty, and CPython finds nothing of that name.
    expect(dangerOf({module, name}) === null || module === 'os.').toBe(true)
  })
})

test('a name with ten thousand dots is answered at once', () => {
  expect(dangerOf({module: 'a.'.repeat(10_000), name: 'b.'.repeat(10_000)})).toBeNull()
})

test('every group says what it does and why that matters', () => {
  for (const {does, why, names, modules} of neverNames) {
    expect(does).toMatch(/^[a-z]/)
    expect(why).toMatch(/^[A-Z].*\.$/)
    expect(names ?? modules).toBeDefined()
  }
})
