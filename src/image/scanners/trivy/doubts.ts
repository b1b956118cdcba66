/** What Trivy could not do and says nowhere but in its log: its report then looks like the one of a clean image. */

const doubtful: readonly {readonly said: RegExp; readonly doubt: string}[] = [
  {said: /Unsupported os/, doubt: 'Trivy does not know this operating system, and looked up none of its packages'},
]

/** @param log what Trivy wrote to stderr */
export function doubtsIn(log: string): readonly string[] {
  return doubtful.filter(({said}) => said.test(log)).map(({doubt}) => doubt)
}
