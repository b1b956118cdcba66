import {expect, test} from 'vitest'
import {looksSecret} from '../../../src/image/manifests/secret-names.ts'

test.each([
  ['DB_PASSWORD', 'hunter2', true],
  ['dbPassword', 'hunter2', true],
  ['API_KEY', 'abc123def', true],
  ['HF_TOKEN', 'whatever', true],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI', true],
  // The form tells, whatever the name.
  ['REGION', 'AKIAIOSFODNN7EXAMPLE', true],
  ['DATABASE_URL', 'postgres://app:hunter2@db.example.com/credit', true],
  ['CERT', '-----BEGIN RSA PRIVATE KEY-----\nMII', true],
  // Says where the secret is, or nothing.
  ['DB_PASSWORD', '$(VAULT_PASSWORD)', false],
  ['DB_PASSWORD', '', false],
  ['TOKEN', '/var/run/secrets/token', false],
  ['CLIENT_SECRET', 'vault:secret/data/credit#key', false],
  ['DATABASE_URL', 'postgres://db.example.com/credit', false],
  ['DATABASE_URL', 'postgres://app:$(PASSWORD)@db/credit', false],
  // Only sounds like one.
  ['TOKENIZER', 'bert-base', false],
  ['MAX_TOKENS', '512', false],
  ['PASSWORD_FILE', 'secret.txt', false],
  ['SECRET_NAME', 'credit', false],
  ['KEY', 'value', false],
])('%s=%s', (name, value, expected) => {
  expect(looksSecret(name, value)).toBe(expected)
})
