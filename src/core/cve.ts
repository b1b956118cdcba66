/** Whether a vulnerability's id is one of CVE (cve.org), whatever its case: `CVE-2022-48174`. */
export function isCve(id: string): boolean {
  return /^CVE-\d/i.test(id)
}
