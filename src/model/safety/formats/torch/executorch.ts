import type {Format, Sample} from '../../format.ts'
import type {Rule} from '../../observation.ts'

const unread: Rule = {
  id: 'executorch-not-read',
  title: 'An ExecuTorch program',
  means: 'unread',
  why: 'Its instructions, and the machine code that a delegate may have put into it, are not read.',
  remedy: 'Promote what it was made from (a torch.export program or safetensors), and build it in the image.',
}

export const executorchRules: readonly Rule[] = [unread]

/** Programs for ExecuTorch (`.pte`): a FlatBuffer with the identifier ET12 (`schema/program.fbs`), earlier ET01 to ET11. */
export const executorch: Format = {
  name: 'ExecuTorch',
  recognise: ({head}: Sample) => /^ET\d\d$/.test(String.fromCharCode(...head.subarray(4, 8))),
  read: ({path}, scan) => {
    const what = 'It is an ExecuTorch program, whose instructions are not read.'
    scan.see({rule: unread, what, place: {path}, sure: 'certain'})
    return Promise.resolve({is: 'ExecuTorch program', holds: 'program'})
  },
}
