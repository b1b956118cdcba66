export class getExecOutput { constructor() { throw new Error('@actions/exec is not part of this bundle: see scripts/bundle.ts') } }
export class HttpClient { constructor() { throw new Error('@actions/http-client is not part of this bundle: see scripts/bundle.ts') } }
export class BearerCredentialHandler { constructor() { throw new Error('@actions/http-client/lib/auth is not part of this bundle: see scripts/bundle.ts') } }
