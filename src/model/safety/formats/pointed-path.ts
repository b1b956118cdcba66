/**
 * Why a path that a model file writes cannot be one of its own folder, from its text alone: null for one that can. What
 * it really leads to, through links too, is `Siblings.find`'s to say. Judged for every system that a service may run
 * on: `\` separates on Windows, and `C:x` is a path there.
 */
export function whyLeadsOut(path: string): string | null {
  if (path === '') return 'it is empty'
  if (path.includes('\0')) return 'it holds a NUL sign, where some systems end a path'
  if (/^[/\\]/.test(path)) return 'it is absolute'
  if (/^[A-Za-z]:/.test(path)) return 'it names a drive'
  if (/^[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\//.test(path)) return 'it is an address'
  if (path.split(/[/\\]/).includes('..')) return 'it goes upwards with ".."'
  return null
}
