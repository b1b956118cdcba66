/** `folder/path`, whatever slashes the folder ends with. */
export function pathBelow(folder: string, path: string): string {
  return `${folder.replace(/\/+$/, '')}/${path}`
}
