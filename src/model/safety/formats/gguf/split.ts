import type {Artifact} from '../../artifact.ts'
import type {Scan} from '../../format.ts'
import {quote, type Rule} from '../../observation.ts'
import {rules} from './rules.ts'

/** `model-00001-of-00003.gguf`: LLAMA_SPLIT_PATH of llama.cpp, which loads no other names. */
const partName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/

/**
 * Whether all parts of a model that is split stand beside each other. Each part is a file of its own, and scanned as
 * one.
 * @param count `split.count` of this part
 */
export async function checkParts(artifact: Artifact, count: number, scan: Scan): Promise<void> {
  const see = (rule: Rule, what: string) => scan.see({rule, what, place: {path: artifact.path}, sure: 'certain'})
  const {siblings, path} = artifact
  if (siblings === null) {
    see(rules.partUnknown, `It is one of ${count} parts.`)
    return
  }
  const name = path.at(-1)?.split('/').at(-1) ?? ''
  const [, prefix, , written] = partName.exec(name) ?? []
  if (prefix === undefined || Number(written) !== count) {
    see(rules.part, `It is one of ${count} parts, and its name does not say which: ${quote(name)}.`)
    return
  }
  for (let index = 1; index <= count; index++) {
    scan.work.step(100)
    const part = `${prefix}-${String(index).padStart(5, '0')}-of-${written}.gguf`
    const sibling = await siblings.find(part)
    if (sibling.kind === 'file' || sibling.kind === 'link') continue
    see(rules.part, `Of its ${count} parts, ${quote(part)} is not there.`)
    // The first that is missing says it all.
    return
  }
}
