/** What Grype says of packages besides their vulnerabilities (`grype/presenter/models/alert.go`), package by package. */
import {type Part, partsOf, requiredText, textOf} from '../fields.ts'

export interface Alerts {
  /** That the operating system gets no more updates. Where Grype does not say so, it may not know. */
  readonly isEndOfLife: boolean
  /** All else that it warns of: whatever it is, Grype knows less than it should. */
  readonly doubts: readonly string[]
}

const maxDoubts = 20

/** @throws UserError `image/report-malformed` for an alert without a type */
export function readAlerts(alertsByPackage: readonly Part[]): Alerts {
  let isEndOfLife = false
  const counts = new Map<string, number>()
  for (const ofPackage of alertsByPackage) {
    for (const alert of partsOf(ofPackage, 'alerts') ?? []) {
      const type = requiredText(alert, 'type')
      const message = textOf(alert, 'message') || type
      if (type === 'distro-eol') isEndOfLife = true
      else counts.set(message, (counts.get(message) ?? 0) + 1)
    }
  }
  const doubts = [...counts].map(([message, count]) => `Grype says of ${countOf(count)}: ${message}`)
  const rest = doubts.length - maxDoubts
  return {
    isEndOfLife,
    doubts: rest > 0 ? [...doubts.slice(0, maxDoubts), `Grype says ${rest} more things of packages`] : doubts,
  }
}

function countOf(packages: number): string {
  return packages === 1 ? 'a package' : `${packages} packages`
}
