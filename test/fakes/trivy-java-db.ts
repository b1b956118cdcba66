/**
 * Trivy's second database, by which it knows Java archives that do not say what they are: SQLite, schema 1, as
 * aquasecurity/trivy-java-db writes it. Without it Trivy refuses to look into any archive, so that it is here, and empty.
 */
import {mkdir, writeFile} from 'node:fs/promises'
import * as path from 'node:path'
import {DatabaseSync} from 'node:sqlite'

const tables = `
CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT, FOREIGN KEY (artifact_id) REFERENCES artifacts(id));
CREATE UNIQUE INDEX artifacts_idx ON artifacts (artifact_id, group_id);
CREATE INDEX indices_artifact_idx ON indices (artifact_id);
CREATE UNIQUE INDEX indices_sha1_idx ON indices (sha1);
`

/** Writes it into `cacheDir`, beside the database of vulnerabilities. */
export async function writeTrivyJavaDatabase(cacheDir: string): Promise<void> {
  const folder = path.join(cacheDir, 'java-db')
  await mkdir(folder, {recursive: true})
  const database = new DatabaseSync(path.join(folder, 'trivy-java.db'))
  try {
    database.exec(tables)
  } finally {
    database.close()
  }
  const metadata = {
    Version: 1,
    NextUpdate: '2099-01-01T00:00:00Z',
    UpdatedAt: '2026-11-01T00:00:00Z',
    DownloadedAt: '2026-11-01T00:00:00Z',
  }
  await writeFile(path.join(folder, 'metadata.json'), JSON.stringify(metadata))
}
