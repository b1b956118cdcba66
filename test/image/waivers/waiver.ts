import type {Waiver} from '../../../src/config/waivers.ts'

/** Of the vulnerability that `vulnerability()` makes, for long after 2026-11-21. */
export function waiver(change: Partial<Waiver> = {}): Waiver {
  return {
    kind: 'vulnerability',
    id: 'CVE-2022-48174',
    status: 'accepted',
    owner: 'ml',
    reason: 'no shell reads input',
    expires: 20_878,
    line: 1,
    ...change,
  }
}
