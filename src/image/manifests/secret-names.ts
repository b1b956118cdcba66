/** Names under which people keep secrets, at the end of a word: `DB_PASSWORD`, `apiKey`, `HF_TOKEN`. */
const names =
  /(?:^|[_-])(?:password|passwd|pwd|passphrase|secret|secret[_-]?key|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|credentials?|auth[_-]?token|encryption[_-]?key|signing[_-]?key|account[_-]?key)$/i

/** Values that can be nothing else, by what their issuers say of their form. */
const values: readonly RegExp[] = [
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$/,
  /^gh[pousr]_[A-Za-z0-9]{36,255}$/,
  /^github_pat_[A-Za-z0-9_]{22,255}$/,
  /^hf_[A-Za-z0-9]{30,60}$/,
  /^sk-[A-Za-z0-9_-]{20,200}$/,
  /^xox[abpsr]-[A-Za-z0-9-]{10,250}$/,
  /^glpat-[A-Za-z0-9_-]{20,60}$/,
  /^AIza[A-Za-z0-9_-]{35}$/,
  /^-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/,
  // User and password in an address.
  /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@]{0,100}:[^\s:/@]{1,200}@/i,
]

/**
 * A variable that holds a secret as plain text. Values that point elsewhere (`$(DB_PASSWORD)`, a path, an address
 * without a password) or say nothing are none.
 */
export function looksSecret(name: string, value: string): boolean {
  const start = value.slice(0, 400)
  if (values.some(pattern => pattern.test(start)) && !/^[a-z+]+:\/\/[^:@]*:\$[({]/i.test(start)) return true
  return isSecretName(name) && !pointsElsewhere(start)
}

/** Whether people would call a secret so, in snake case, kebab case or camel case. */
export function isSecretName(name: string): boolean {
  return name.length <= 200 && names.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'))
}

function pointsElsewhere(value: string): boolean {
  return (
    value.trim() === '' ||
    /^\$[({]?\w/.test(value) ||
    /^(?:\/|\.\/|file:|https?:\/\/|vault:|arn:|ref\+|secretref:)/i.test(value) ||
    /^(?:true|false|none|null|\d{1,2}|\*+|x+|<[^<>]*>|change-?me)$/i.test(value)
  )
}
