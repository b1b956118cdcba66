/** The files that `slipway init` writes: a consumer's slipway.yml and the short workflows that call ours. */

export interface TemplateValues {
  readonly service: string
  /** The pack and its ref: `slipway/slipway@v1`. */
  readonly pack: string
}

/** Path in the consumer's repository → content. */
export function templates(values: TemplateValues): Readonly<Record<string, string>> {
  return {
    'slipway.yml': config(values),
    '.github/workflows/slipway-pull-request.yml': pullRequest(values),
    '.github/workflows/slipway-release.yml': release(values),
    '.github/workflows/slipway-rollout.yml': rollout(values),
    '.github/workflows/slipway-rollback.yml': rollback(values),
    '.github/workflows/slipway-watchdog.yml': watchdog(values),
  }
}

function uses({pack}: TemplateValues, workflow: string): string {
  const [repository, ref] = pack.split('@')
  return `${repository}/.github/workflows/${workflow}@${ref}`
}

function config({service}: TemplateValues): string {
  return `# What a release must keep, and how it travels to production. Lines marked EDIT are yours.
# Every key: https://github.com/slipway/slipway/blob/main/docs/config.md
version: 1
service: ${service}

model:
  files: model/                         # EDIT: what is digested, checked and promoted
  formats: weights-only                 # or allowlist: also pickles (joblib, scikit-learn) whose imports are reviewed
  # safety:                             # with allowlist: a class of your own, whose name slipway inspect model/ tells
  #   allow:
  #     - {import: my_package.layers.Bucketizer, owner: ml-platform, reason: Reviewed by Kim, expires: 2027-06-30}

validation:
  predictions:
    candidate: eval/candidate.csv       # EDIT: predictions on your evaluation set (csv, tsv, jsonl, parquet)
    baseline: eval/production.csv       # EDIT: the same rows, predicted by the release in production; none for the first release
    columns: {id: id, label: label, prediction: prediction, score: score}
    positive: "1"                       # EDIT: the positive class, as it stands in the label column
  gates:
    - metric: accuracy
      at-least: 0.85
      may-lose: 0.01                    # pass only where it is shown not to be worse by more

image:
  scanner: trivy                        # or grype, or both; report: judges the report of any tool
  tools: {from: download}               # the release whose sha256 Slipway pins; path: the scanner on PATH
  gate:                                 # first match decides; what no rule names is reported, not gated
    - {severity: critical, verdict: fail}
    - {severity: high, fixable: true, verdict: fail}
    - {severity: high, verdict: warn}

environments:
  production:
    target:                             # EDIT: who moves the traffic; your own scripts here
      kind: command
      read: [./deploy/read.sh]
      deploy: [./deploy/deploy.sh, "{version}", "{image}"]
      set-weight: [./deploy/set-weight.sh, "{weight}"]
      promote: [./deploy/promote.sh, "{version}"]
      restore: [./deploy/restore.sh, "{version}"]
    telemetry:                          # EDIT: who measures it
      kind: prometheus
      url: http://prometheus:9090
      release-label: version
    traffic: 300/s                      # EDIT: what the plan calculates with
    rollout:
      stages:
        - {weight: 5%, for: 2h}
        - {weight: 25%, for: 6h}
        - {weight: 50%, for: 12h}
      false-abort-rate: 1%
      guards:
        - name: errors
          share: {of: http_requests_total, bad: 'code=~"5.."'}
          at-most: 0.1%
        - name: latency
          histogram: http_request_duration_seconds
          p95: 120ms
`
}

function pullRequest(values: TemplateValues): string {
  return `# Judges every pull request: model, image and plan. Required checks: "slipway / model", "slipway / image", "slipway / plan".
name: slipway pull request
on: pull_request

permissions: {}

jobs:
  slipway:
    permissions:
      contents: read
      checks: write
      pull-requests: write
    uses: ${uses(values, 'model-pull-request.yml')}
    # EDIT: where a job of yours makes predictions or reports, let it upload them as an artifact and name it here.
    # with:
    #   artifact: evaluation
    #   image-report: trivy.json
    #   image-digest: sha256:...
`
}

function release(values: TemplateValues): string {
  return `# Takes a release to production. EDIT: trigger it by a tag, a release, or by hand as here.
name: slipway release
on:
  workflow_dispatch:
    inputs:
      version:
        description: Version of the release
        required: true
      image:
        description: Image, by digest (name@sha256:...); empty where there is none
      image-report:
        description: Path of a scanner's report; empty to scan
      image-digest:
        description: Digest of the image, where it is not in its name

permissions: {}

jobs:
  slipway:
    permissions:
      contents: write
      checks: write
      deployments: write
      actions: write
    uses: ${uses(values, 'model-production.yml')}
    with:
      environment: production
      version: \${{ inputs.version }}
      image: \${{ inputs.image }}
      image-report: \${{ inputs.image-report }}
      image-digest: \${{ inputs.image-digest }}
      successor: slipway-rollout.yml
    secrets: inherit # the environment's own secrets reach a called workflow only so
`
}

function rollout(values: TemplateValues): string {
  return `# Goes on with a rollout. Slipway dispatches it itself (continue); from the Actions tab it takes your word.
name: slipway rollout
on:
  workflow_dispatch:
    inputs:
      environment:
        description: Environment
        default: production
      request:
        description: What to do
        type: choice
        options: [continue, retry, approve, pause, hold, resume, promote, abort]
        default: continue
      as:
        description: For approve, the team you speak for
      why:
        description: The reason, kept in the ledger
      despite-freeze:
        description: For promote, go through a freeze
        type: boolean
        default: false
      expect:
        description: Id of the rollout you mean; a word for an older one is refused
  repository_dispatch: # an alert from outside: {"event_type": "slipway-abort", "client_payload": {"why": "..."}}
    types: [slipway-abort]

permissions: {}

jobs:
  slipway:
    permissions:
      contents: write
      checks: write
      deployments: write
      actions: write
    uses: ${uses(values, 'model-rollout.yml')}
    with:
      environment: \${{ inputs.environment || 'production' }}
      request: \${{ github.event_name == 'repository_dispatch' && 'abort' || inputs.request }}
      as: \${{ inputs.as }}
      why: \${{ github.event.client_payload.why || inputs.why }}
      despite-freeze: \${{ inputs.despite-freeze || false }}
      expect: \${{ github.event.client_payload.expect || inputs.expect }}
      successor: slipway-rollout.yml
${reviewers('an abort')}    secrets: inherit
`
}

/** What holds a job that has an `environment`, and the way out. */
function reviewers(which: string): string {
  return `      # EDIT: where the environment has required reviewers, name one with the same secrets and without reviewers: else
      # every run waits for a review, ${which} too.
      # repository-environment: production-steps
`
}

function rollback(values: TemplateValues): string {
  return `# Puts the last good release back, now.
name: slipway roll back
on:
  workflow_dispatch:
    inputs:
      environment:
        description: Environment
        default: production
      to:
        description: Version to go back to; empty for the last good one
      model-digest:
        description: Digest of its model, for when the ledger cannot be read
      image-digest:
        description: Digest of its image, for when the ledger cannot be read
      why:
        description: The reason, kept in the ledger
      expect:
        description: Id of the rollout you mean; where another one is the newest by then, it is refused

permissions: {}

jobs:
  slipway:
    permissions:
      contents: write
      checks: write
      deployments: write
    uses: ${uses(values, 'model-rollback.yml')}
    with:
      environment: \${{ inputs.environment }}
      to: \${{ inputs.to }}
      model-digest: \${{ inputs.model-digest }}
      image-digest: \${{ inputs.image-digest }}
      why: \${{ inputs.why }}
      expect: \${{ inputs.expect }}
${reviewers('this one')}    secrets: inherit
`
}

function watchdog(values: TemplateValues): string {
  return `# Revives a rollout whose run died, and does nothing where one is at work. GitHub may run schedules hours late: this is a safety net, not the clock of a rollout.
# It stands in a file of its own because GitHub disables the whole file after 60 quiet days.
name: slipway watchdog
on:
  schedule:
    - cron: '17 * * * *'

permissions: {}

jobs:
  slipway:
    permissions:
      contents: write
      checks: write
      deployments: write
      actions: write
    uses: ${uses(values, 'model-rollout.yml')}
    with:
      environment: production
      request: continue
      successor: slipway-rollout.yml
${reviewers('this one')}    secrets: inherit
`
}
