/** slipway.yml of the stories: the example's gates on the example's real models, and rollouts of seconds. */

export interface PolicyChanges {
  /** Whether images are judged too. Default: yes. */
  readonly image?: boolean
  readonly release?: string
  readonly accuracy?: string
  readonly mayLose?: string
  readonly fairness?: string
  readonly environments?: string
}

export function policy(changes: PolicyChanges = {}): string {
  const {
    image = true,
    release = 'v2',
    accuracy = '0.70',
    mayLose = '0.02',
    fairness = '0.15',
    environments = '',
  } = changes
  return `version: 1
service: credit
model:
  files: releases/${release}/model
validation:
  predictions:
    candidate: releases/${release}/eval.csv
    baseline: releases/v1/eval.csv
    columns: {id: id, label: label, prediction: prediction, score: score, groups: [sex]}
    positive: bad
  gates:
    - {metric: accuracy, at-least: ${accuracy}, may-lose: ${mayLose}}
    - {fairness: demographic-parity-difference, by: sex, at-most: ${fairness}}
${image ? `image:\n  scanner: report\n  database-max-age: 3650d\n  report: releases/${release}/image.json\n` : ''}${environments}`
}

export interface ProductionChanges {
  /** Address of the releases' metrics, without path. */
  readonly metrics?: string
  /** Default: two, of two seconds each. */
  readonly stages?: readonly string[]
  readonly approvals?: string
  readonly whenShort?: string
}

/** Traffic moved by a script of the team, measured at the releases' own pages. A tick is as long as a stage: one look ends it. */
export function production(changes: ProductionChanges = {}): string {
  const {metrics = 'http://127.0.0.1:9', approvals = '', whenShort = 'hold'} = changes
  const {stages = ['{weight: 10%, for: 2s}', '{weight: 50%, for: 2s}']} = changes
  return `environments:
  production:
    target:
      kind: command
      read: [sh, traffic.sh, read]
      deploy: [sh, traffic.sh, deploy, "{version}"]
      set-weight: [sh, traffic.sh, set-weight, "{weight}"]
      promote: [sh, traffic.sh, promote, "{version}"]
      restore: [sh, traffic.sh, restore, "{version}"]
    telemetry:
      kind: scrape
      url: ["${metrics}/{version}/metrics"]
    traffic: 300/s
    rollout:
      stages:
${stages.map(stage => `        - ${stage}`).join('\n')}
      tick: 2s
      when-evidence-is-short: ${whenShort}
      guards:
        - {name: errors, share: {of: http_requests_total, bad: 'code=~"5.."'}, at-most: 1%}
${approvals === '' ? '' : `    approvals:\n      - team: ${approvals}\n`}`
}
