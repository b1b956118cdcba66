import {describe, expect, test} from 'vitest'
import {reachOf} from '../../../../../src/model/safety/formats/torch/script-operators.ts'
import {sightsOfScript} from '../../../../../src/model/safety/formats/torch/script-source.ts'
import {fixture, lookAt, rulesOf} from '../whole-scan.ts'
import {zipOf} from '../zip-file.ts'

const sights = (source: string) => [...sightsOfScript(source)].map(({kind, name}) => `${kind} ${name}`)

describe('what a TorchScript program names', () => {
  test.each([
    ['torch.linear(x, w)', ['operator aten::linear']],
    ['ops.quantized.linear(x)', ['operator quantized::linear']],
    ['ops.aten.add_.Tensor(x)', ['operator aten::add_.Tensor']],
    ['torch . save (x, "f")', ['operator aten::save']],
    ['torch\n  .\n  save(x, "f")', ['operator aten::save']],
    ['torch # a comment\n.save(x)', ['operator aten::save']],
    ['# torch.save(x)\n', []],
    ['x = "torch.save(" + \'torch.save\'', []],
    ['x = "a\\"torch.save("; torch.add(x)', ['operator aten::add']],
    // A mark that stays open hides its own line at most.
    ['x = "open\ntorch.save(x)', ['operator aten::save']],
    ['x = """torch.save("""; torch.add(x)', ['operator aten::add']],
    ['a = torch', ['indirect torch']],
    ['a = ops.aten', ['indirect ops.aten']],
    ['getattr(torch, "save")(x)', ['indirect torch', 'method save']],
    ['getattr(self, "0")', []],
    ['getattr(x, "save")("f")', ['method save']],
    ['x.save("f")', ['method save']],
    ['(x)[0].from_file("f")', ['method from_file']],
    ['self.linear.weight', []],
    [
      '_p : __torch__.torch.classes.quantized.LinearPackedParamsBase',
      ['native class quantized.LinearPackedParamsBase'],
    ],
    ['import os', ['python import']],
    ['exec("x")', ['python exec']],
    ['1.5 + x.size(0)', []],
  ])('%s', (source, expected) => expect(sights(source)).toEqual(expected))

  test('a program of a million signs is read in one go', () => {
    expect(sights('"'.repeat(1_000_001))).toEqual([])
    expect(sights('a.'.repeat(500_000))).toEqual([])
  })
})

test.each([
  ['aten::save', 'files'],
  ['aten::from_file', 'files'],
  ['aten::from_file.out', 'files'],
  ['image::write_file', 'files'],
  ['prim::rpc_sync', 'network'],
  ['c10d::send', 'network'],
  ['prim::PythonOp', 'python'],
  ['mine::op', 'unknown library'],
  ['aten::linear', null],
  ['quantized::linear', null],
  ['torchvision::nms', null],
])('%s reaches %s', (operator, reach) => expect(reachOf(operator)).toBe(reach))

describe('files that torch.jit wrote', () => {
  test('a model of known operators deserves a look, and imports nothing of Python', async () => {
    const looked = await lookAt(fixture('torch/script.pt'))
    expect(looked.sights).toEqual([
      'look torchscript-program: It holds a program of 4 files, which calls aten::linear, aten::relu, aten::relu_.',
    ])
    expect(looked).toMatchObject({is: ['TorchScript, 2 tensors'], imports: []})
    expect(looked.tensors).toEqual(['weight F32 [4, 3]', 'bias F32 [4]'])
  })

  test('a model for mobile devices has its operators in bytecode', async () => {
    const looked = await lookAt(fixture('torch/mobile.ptl'))
    expect(looked.sights).toEqual([
      'look torchscript-program: It holds a program of 5 files, which calls aten::linear, aten::relu, aten::relu_.',
    ])
  })

  test('one that writes and maps files runs', async () => {
    const looked = await lookAt(fixture('torch/script-writes.pt'))
    expect(looked.sights).toEqual([
      'runs torchscript-file-access: It calls "aten::save", which opens a file by name.',
      'runs torchscript-file-access: It calls "aten::from_file", which opens a file by name.',
      'look torchscript-program: It holds a program of 1 file, which calls aten::add, aten::from_file, aten::save.',
    ])
  })
})

describe('archives that say they are TorchScript', () => {
  const pickle = (text: string) => Buffer.from(`\x80\x02${text}.`, 'latin1')
  const script = (members: Readonly<Record<string, string | Uint8Array>>) =>
    zipOf({'m/data.pkl': pickle('c__torch__\nM\n)\x81'), 'm/constants.pkl': pickle(')'), ...members})

  test('a name of Python in a pickle is an import all the same', async () => {
    const looked = await lookAt(script({'m/data.pkl': pickle("cos\nsystem\n(S'true'\ntR")}))
    expect(looked.calls).toEqual(['os.system'])
  })

  test.each([
    ['its own operator', {'m/code/a.py': 'ops.mine.run(x)'}, 'look torchscript-library'],
    ['its own class', {'m/code/a.py': 'x : __torch__.torch.classes.tensorrt.Engine'}, 'look torchscript-library'],
    ['calls of other processes', {'m/code/a.py': 'ops.prim.rpc_sync(x)'}, 'runs torchscript-network'],
    ['operators without names', {'m/code/a.py': 'a = torch'}, 'unsure torchscript-indirect'],
    ['a program of Python', {'m/code/a.py': 'import os'}, 'code torchscript-other-program'],
    ['a method named like an operator', {'m/code/a.py': 'x.save("f")'}, 'look torchscript-method'],
    [
      'an operator in bytecode',
      {'m/bytecode.pkl': pickle('X\x0a\x00\x00\x00aten::saveq\x00')},
      'runs torchscript-file-access',
    ],
    [
      'an operator behind another opcode',
      {'m/bytecode.pkl': pickle('U\x0aaten::saveq\x00')},
      'runs torchscript-file-access',
    ],
    [
      'bytes behind a pickle',
      {'m/constants.pkl': Buffer.concat([pickle(')'), Buffer.from('more')])},
      'damaged file-damaged',
    ],
  ])('%s', async (_, members, rule) => expect(rulesOf(await lookAt(script(members)))).toContain(rule))
})

describe('other archives of torch', () => {
  test('torch.package brings Python modules', async () => {
    const looked = await lookAt(fixture('torch/package.pt'))
    expect(looked.is).toEqual(['torch.package, 1 pickles, 1 modules'])
    expect(rulesOf(looked)).toEqual(['code code-beside-weights'])
    expect(looked.imports).toContain('torch.nn.modules.linear.Linear')
  })

  test.each([
    ['its own handler', {model: {handler: 'mine.py'}}, ['code torchserve-handler']],
    ['a handler of TorchServe', {model: {handler: 'image_classifier'}}, []],
    ['packages', {model: {handler: 'base_handler', requirementsFile: 'r.txt'}}, ['runs torchserve-requirements']],
    ['no model', {}, ['damaged file-damaged']],
  ])('a TorchServe archive with %s', async (_, manifest, rules) => {
    const looked = await lookAt(zipOf({'MAR-INF/MANIFEST.json': JSON.stringify(manifest)}), {name: 'm.mar'})
    expect(rulesOf(looked)).toEqual(rules)
  })

  test('an ExecuTorch program is known, and not read', async () => {
    const looked = await lookAt(Buffer.from('\x20\x00\x00\x00ET12\x00\x00\x00\x00', 'latin1'), {name: 'm.pte'})
    expect(rulesOf(looked)).toContain('unread executorch-not-read')
  })
})
