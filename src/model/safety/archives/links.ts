import type {Rule} from '../observation.ts'
import {outsideBy} from './member-names.ts'

export const foreignLink: Rule = {
  id: 'archive-link-outside',
  title: 'A link that leads out of the archive',
  means: 'runs',
  why: 'Whoever unpacks the archive reads or writes a file of the machine through it.',
  remedy: 'Put the file itself in its place.',
}

export const linkInside: Rule = {
  id: 'archive-link',
  title: 'A link inside an archive',
  means: 'look',
  why: 'What it stands for depends on what else is unpacked beside it.',
  remedy: 'Put the file itself in its place.',
}

export const device: Rule = {
  id: 'archive-device',
  title: 'A device or a pipe inside an archive',
  means: 'runs',
  why: 'Whoever unpacks the archive creates it: reading a pipe never ends, a device is a door to the machine.',
  remedy: 'Write the archive again with plain files only.',
}

export const linkRules: readonly Rule[] = [foreignLink, linkInside, device]

/**
 * How a symbolic link leads out of the folder that the archive is unpacked to; null where it stays inside.
 * @param name of the link, with the folders that it stands in
 */
export function linkOutside(name: string, target: string): string | null {
  if (/^([/\\]|[A-Za-z]:)/.test(target)) return outsideBy(target)
  const folder = name.split('/').slice(0, -1)
  return outsideBy([...folder, target].join('/'))
}
