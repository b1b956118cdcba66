import type {Rule} from '../observation.ts'

/** Jinja's own sandbox is a list of what is forbidden, and was left several times. So we say what a template reaches for. */
const plainTemplate =
  'Take the chat template of the original model, or write it with message fields, loops and conditions alone.'

export const templateEscape: Rule = {
  id: 'template-escape',
  title: 'A chat template reaches into Python',
  means: 'runs',
  why: 'Rendered outside of a sandbox, or in one with a known hole, such a walk over Python’s internals ends in a call of any function.',
  remedy: plainTemplate,
  cves: ['CVE-2024-34359'],
}

export const templateFormatReference: Rule = {
  id: 'template-format-reference',
  title: 'A chat template takes hold of str.format',
  means: 'runs',
  why: 'A reference to str.format left Jinja’s sandbox before 3.1.5 (by a filter) and before 3.1.6 (by attr): it reads any attribute of any object.',
  remedy: plainTemplate,
  cves: ['CVE-2024-56326', 'CVE-2025-27516'],
}

export const templateComputedName: Rule = {
  id: 'template-computed-name',
  title: 'A chat template computes the name of an attribute',
  means: 'unsure',
  why: 'A name that is put together while rendering can be any name, also one that leads into Python.',
  remedy: plainTemplate,
}

export const templateLoadsFile: Rule = {
  id: 'template-loads-file',
  title: 'A chat template loads another template',
  means: 'unsure',
  why: 'What is loaded is not in this file, and depends on the machine that renders it.',
  remedy: 'Write what is included into the template itself.',
}

export const templateEndless: Rule = {
  id: 'template-endless',
  title: 'A chat template works without end',
  means: 'bomb',
  why: 'The service renders it for every request, and stands still while it does.',
  remedy: plainTemplate,
}

export const templateHostObject: Rule = {
  id: 'template-host-object',
  title: 'A chat template uses an object of the program around it',
  means: 'look',
  why: 'Chat templates are given messages and tools; objects of a web framework or of Jinja itself are the first step of known escapes.',
  remedy: 'Find out what it is for, and take the template of the original model where nobody knows.',
}

export const templateUnusualTag: Rule = {
  id: 'template-unusual-tag',
  title: 'A chat template uses a tag that Jinja does not have',
  means: 'look',
  why: 'A tag of an extension does what that extension does, which the template does not say.',
  remedy: 'Check which extension the serving engine brings, and what the tag does there.',
}

export const templateUnreadable: Rule = {
  id: 'template-unreadable',
  title: 'A chat template cannot be parsed',
  means: 'unsure',
  why: 'What cannot be parsed cannot be shown to be harmless, and the engines differ in what they accept.',
  remedy: 'Correct the template, and render it once with the engine that serves it.',
}

export const templateRules: readonly Rule[] = [
  templateEscape,
  templateFormatReference,
  templateComputedName,
  templateLoadsFile,
  templateEndless,
  templateHostObject,
  templateUnusualTag,
  templateUnreadable,
]
