/** What Trivy says in its log and nowhere in its report. */
import type {Scan} from '../../scan.ts'

/** @param log what Trivy wrote to stderr */
export function withLog(scan: Scan, log: string): Scan {
  const warnings = log.split('\n').filter(line => line.includes('WARN'))
  // `pkg/detector/ospkg`: the list of the ends of life that Trivy carries is older than this system.
  const endOfLifeUnknown = warnings.some(line => line.includes('This OS version is not on the EOL list'))
  // The same: a system that is recognised, and for which no advisories are kept. Of "none" the report itself tells.
  const unsupported = warnings.some(line => line.includes('Unsupported os') && !line.includes('family="none"'))
  const doubt = 'Trivy keeps no advisories for the operating system of the image, and looked up none of its packages'
  return {
    ...scan,
    os: scan.os && endOfLifeUnknown ? {...scan.os, endOfLife: null} : scan.os,
    doubts: unsupported ? [...scan.doubts, doubt] : scan.doubts,
  }
}
