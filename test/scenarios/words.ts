/** What differs from run to run, in words that do not: the same thing has the same word throughout one transcript. */
export function createWords(known: readonly (readonly [text: string, word: string])[]): (text: string) => string {
  const numbered = (kind: string) => {
    const seen = new Map<string, number>()
    return (text: string) => {
      if (!seen.has(text)) seen.set(text, seen.size + 1)
      return `<${kind} ${seen.get(text)}>`
    }
  }
  const [digest, id, commit] = [numbered('digest'), numbered('id'), numbered('commit')]
  return text =>
    known
      .reduce((changed, [each, word]) => changed.replaceAll(each, word), text)
      .replaceAll(/sha256:[0-9a-f]{64}/g, found => digest(found))
      // A digest that was shortened for people still names the same bytes.
      .replaceAll(/sha256:[0-9a-f]{7,63}\b/g, '<short digest>')
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, found => id(found))
      .replaceAll(/\b[0-9a-f]{40}\b/g, found => commit(found))
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
      .replaceAll(/\b(\d[\d.]*(ms|h|m|s) ?)+ ?left\b/g, '<time> left')
      .replaceAll(/(comments|check-runs|deployments)\/\d{4,}/g, '$1/<number>')
}
