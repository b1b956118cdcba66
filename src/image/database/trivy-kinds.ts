/** How Trivy's databases are named, where they lie in its cache, and how they are published. */

/** One of Trivy's two databases: of vulnerabilities, and of the names of Java archives. */
export interface TrivyKind {
  /** Its folder in the cache. */
  readonly folder: string
  readonly file: string
  readonly schemaVersion: number
  readonly mediaType: string
  /** As `oras pull` writes it. */
  readonly archive: string
}

export const vulnerabilities: TrivyKind = {
  folder: 'db',
  file: 'trivy.db',
  schemaVersion: 2,
  mediaType: 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip',
  archive: 'db.tar.gz',
}

export const java: TrivyKind = {
  folder: 'java-db',
  file: 'trivy-java.db',
  schemaVersion: 1,
  mediaType: 'application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip',
  archive: 'javadb.tar.gz',
}
