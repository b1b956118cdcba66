import * as fs from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {checkManifests} from '../../../src/image/manifests/check.ts'
import {careful, check, defaults} from './changed.ts'

const pod = `
      containers:
        - {name: api, image: credit, ports: [{containerPort: 80}]}`

describe('a manifest of which nothing is said', () => {
  const bare = fs.readFileSync('test/fixtures/manifests/bare.yaml', 'utf8')

  test('is asked everything, each with its line and with what to write', () => {
    const {flaws, unread, workloads} = check(bare)
    expect(unread).toEqual([])
    expect(workloads).toEqual([{label: 'Deployment credit', images: ['credit']}])
    const table = flaws.map(({id, severity, places: [place]}) => {
      return `${place?.kind === 'repository' ? place.line : '?'} ${severity} ${id}`
    })
    expect(table).toEqual([
      '3 low k8s-autoscaler',
      '3 high k8s-disruption-budget',
      '3 negligible k8s-limit-range',
      '3 high k8s-network-policy',
      '3 low k8s-network-policy-egress',
      '3 high k8s-replicas',
      '3 negligible k8s-resource-quota',
      '14 low k8s-priority-class',
      '14 medium k8s-service-account-token',
      '16 medium k8s-cpu-limit',
      '16 high k8s-cpu-request',
      '16 high k8s-drop-capabilities',
      '16 high k8s-liveness-probe',
      '16 high k8s-memory-limit',
      '16 high k8s-memory-request',
      '16 high k8s-privilege-escalation',
      '16 high k8s-read-only-root',
      '16 critical k8s-readiness-probe',
      '16 high k8s-run-as-non-root',
      '16 high k8s-seccomp',
      '17 high k8s-image-latest',
    ])
  })

  test('reads as a person would say it', () => {
    const said = check(bare).flaws.map(({message, remedy}) => `${message} ${remedy}`)
    expect(said).toContain(
      'Deployment credit, container api: readinessProbe is not set. Write spec.template.spec.containers[api].readinessProbe, such as httpGet with path /ready and the port that serves.',
    )
    expect(said).toContain('Deployment credit: it asks for 1 pod. Write spec.replicas: 3 or more.')
    expect(said).toContain(
      'Deployment credit: no PodDisruptionBudget selects its pods. Add one with spec.minAvailable: 2 and selector.matchLabels: {app: credit}.',
    )
  })
})

describe('workloads', () => {
  test.each([
    ['apps/v1', 'StatefulSet', ['k8s-disruption-budget', 'k8s-readiness-probe', 'k8s-replicas']],
    ['apps/v1', 'ReplicaSet', ['k8s-disruption-budget', 'k8s-readiness-probe', 'k8s-replicas']],
    ['argoproj.io/v1alpha1', 'Rollout', ['k8s-disruption-budget', 'k8s-readiness-probe', 'k8s-replicas']],
    // One pod on each node: nobody chooses how many, and a drain passes over it.
    ['apps/v1', 'DaemonSet', ['k8s-readiness-probe']],
    // It ends: nothing waits until it is ready.
    ['batch/v1', 'Job', []],
    // Knative adds a probe of its own, and scales to nothing unless told otherwise.
    ['serving.knative.dev/v1', 'Service', ['k8s-replicas']],
    // Found by the shape of its template.
    ['jobset.x-k8s.io/v1alpha2', 'JobSet', []],
  ])('%s %s is asked what makes sense for it', (apiVersion, kind, expected) => {
    const {flaws, unread} = check(
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec:\n  template:\n    spec:${pod}`,
    )
    expect(unread).toEqual([])
    const ids = flaws.map(({id}) => id)
    const asked = ['k8s-disruption-budget', 'k8s-readiness-probe', 'k8s-replicas'].filter(id => ids.includes(id))
    expect(asked).toEqual(expected)
    expect(ids).toContain('k8s-run-as-non-root')
    expect(ids).toContain('k8s-image-latest')
  })

  test('the pods of a CronJob lie deeper', () => {
    const text =
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec: {containers: [{name: b, image: c}]}'
    expect(check(text).workloads).toEqual([{label: 'CronJob a', images: ['c']}])
  })

  test('a pod that is not brought back is asked for probes only if it serves for good', () => {
    const text = (policy: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {${policy} containers: [{name: b, image: c}]}`
    const ids = (policy: string) => check(text(policy)).flaws.map(({id}) => id)
    expect(ids('')).toContain('k8s-readiness-probe')
    expect(ids('restartPolicy: Never,')).not.toContain('k8s-readiness-probe')
  })

  test('KServe: each part is a workload, and what its runtime adds is not asked', () => {
    const text = `
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: credit, namespace: scoring}
spec:
  predictor:
    minReplicas: 1
    model: {modelFormat: {name: sklearn}, storageUri: s3://models/credit, securityContext: {privileged: true}}
  transformer:
    minReplicas: 3
    containers: [{name: features, image: 'features:v1'}]`
    const {flaws, workloads, unread} = check(text)
    expect(unread).toEqual([])
    expect(workloads.map(({label}) => label)).toEqual([
      'InferenceService scoring/credit (predictor)',
      'InferenceService scoring/credit (transformer)',
    ])
    const of = (part: string) => flaws.filter(({message}) => message.includes(`(${part})`)).map(({id}) => id)
    expect(of('predictor')).toEqual(expect.arrayContaining(['k8s-replicas', 'k8s-privileged', 'k8s-network-policy']))
    for (const id of [
      'k8s-image-latest',
      'k8s-run-as-non-root',
      'k8s-seccomp',
      'k8s-memory-limit',
      'k8s-readiness-probe',
    ]) {
      expect(of('predictor')).not.toContain(id)
    }
    expect(of('transformer')).toEqual(
      expect.arrayContaining(['k8s-image-digest', 'k8s-run-as-non-root', 'k8s-memory-limit']),
    )
    expect(of('transformer')).not.toContain('k8s-replicas')
  })

  test('a Rollout that takes the pods of a Deployment is asked, and the Deployment is not', () => {
    const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 0\n  template:\n    metadata: {labels: {app: a}}\n    spec:${pod}`
    const rollout =
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\nspec: {replicas: 5, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: a}}'
    const both = check(`${deployment}\n---\n${rollout}`)
    expect(both.workloads.map(({label}) => label)).toEqual(['Rollout r'])
    expect(both.flaws.map(({id}) => id)).not.toContain('k8s-replicas')
    expect(check(rollout).unread).toMatchObject([
      {
        code: 'image/manifest-unreadable',
        why: 'Rollout r in k8s/credit.yaml describes no pods: Deployment a, to which spec.workloadRef points is missing.',
      },
    ])
  })

  test('operators’ kinds are found by the shape of their pods, each template once', () => {
    const text = `
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: train}
spec:
  headGroupSpec: {template: {spec: {containers: [{name: head, image: ray:1}]}}}
  workerGroupSpecs:
    - {template: {metadata: {labels: {app: w}}, spec: {hostPID: true, containers: [{name: worker, image: ray:2}]}}}`
    const {workloads, flaws} = check(text)
    expect(workloads.map(({images}) => images)).toEqual([['ray:1'], ['ray:2']])
    expect(flaws.filter(({id}) => id === 'k8s-host-namespaces').map(({message}) => message)).toEqual([
      'RayCluster train (spec.workerGroupSpecs[0].template.spec): hostPID is true.',
    ])
  })

  test('a schema of a custom resource runs nothing', () => {
    const text =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}'
    expect(check(text).unread).toMatchObject([{code: 'image/manifest-without-workload'}])
  })

  test('all containers are asked: those before, beside, and those that are put in later', () => {
    const text = `
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  initContainers:
    - {name: one, image: b}
    - {name: two, image: b, restartPolicy: Always}
  containers: [{name: three, image: b}]
  ephemeralContainers: [{name: four, image: b}]`
    const {flaws} = check(text)
    const where = (id: string) => flaws.filter(flaw => flaw.id === id).map(({message}) => message.split(':')[0])
    expect(where('k8s-privilege-escalation')).toEqual([
      'Pod a, init container one',
      'Pod a, sidecar two',
      'Pod a, container three',
      'Pod a, ephemeral container four',
    ])
    // Kubernetes takes no resources for containers that are put in later.
    expect(where('k8s-memory-limit')).toHaveLength(3)
    expect(where('k8s-liveness-probe')).toEqual(['Pod a, sidecar two', 'Pod a, container three'])
  })

  test('Windows has no user 0, and is not asked for one', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {os: {name: windows}, containers: [{name: b, image: c}]}'
    const ids = check(text).flaws.map(({id}) => id)
    for (const id of ['k8s-run-as-non-root', 'k8s-seccomp', 'k8s-drop-capabilities']) expect(ids).not.toContain(id)
    expect(ids).toContain('k8s-image-latest')
  })

  test('KEDA scales to nothing unless told otherwise', () => {
    const deployment = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:${pod}`
    const keda = (least: string) =>
      `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: s}\nspec: {scaleTargetRef: {name: a}, ${least} triggers: []}`
    const said = (least: string) =>
      check(`${deployment}\n---\n${keda(least)}`)
        .flaws.filter(({id}) => id === 'k8s-replicas')
        .map(({message}) => message)
    expect(said('')).toEqual(['Deployment a: its autoscaler s goes down to 0.'])
    expect(said('minReplicaCount: 3,')).toEqual([])
  })

  test('limits of the config count', () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:${pod}`
    expect(check(text, {'replicas-at-least': 1}).flaws.map(({id}) => id)).not.toContain('k8s-replicas')
    expect(check(text, {'replicas-at-least': 2}).flaws.map(({id}) => id)).toContain('k8s-replicas')
  })
})

describe('files', () => {
  test('belong together: what protects a workload may stand in another one', () => {
    const [first = '', ...others] = careful.split(/^---$/m)
    const files = [first, ...others].map((text, index) => ({path: `k8s/${index}.yaml`, text}))
    expect(checkManifests(files, defaults)).toMatchObject({flaws: [], unread: []})
  })

  test('JSON and lists of objects are read as YAML is', () => {
    const items = [
      {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'a'}, spec: {containers: [{name: 'b', image: 'c'}]}},
    ]
    const {workloads, unread} = check(JSON.stringify({apiVersion: 'v1', kind: 'List', items}, null, 1))
    expect({workloads, unread}).toEqual({workloads: [{label: 'Pod a', images: ['c']}], unread: []})
  })

  test('anchors and merge keys are followed', () => {
    const text = `
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - &base {name: b, image: c, securityContext: &safe {privileged: true}}
    - {<<: *base, name: d}
    - {name: e, image: f, securityContext: {<<: *safe, privileged: false}}`
    const where = check(text)
      .flaws.filter(({id}) => id === 'k8s-privileged')
      .map(({message}) => message)
    expect(where).toEqual([
      'Pod a, container b: securityContext.privileged is true.',
      'Pod a, container d: securityContext.privileged is true.',
    ])
  })

  test.each([
    ['no file at all', [], 'image/manifests-missing', 'No file matches image.manifests.files.'],
    [
      'an empty file',
      [''],
      'image/manifest-without-workload',
      '0.yaml holds no workload: no Deployment, Rollout, InferenceService or other object with pods.',
    ],
    [
      'comments',
      ['# later\n---\n# more\n'],
      'image/manifest-without-workload',
      '0.yaml holds no workload: no Deployment, Rollout, InferenceService or other object with pods.',
    ],
    [
      'nothing that runs',
      ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}', ''],
      'image/manifest-without-workload',
      'None of 2 files holds a workload: no Deployment, Rollout, InferenceService or other object with pods.',
    ],
    [
      'what is not YAML',
      ['a: b: c'],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 1: nested mappings are not allowed in compact mappings.',
    ],
    [
      'an indent by tabs',
      ['a:\n\tb: 1'],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 2: a tab indents a line, where YAML takes blanks.',
    ],
    [
      'a second document behind the end of the first, which kubectl leaves out and others apply',
      ['apiVersion: v1\nkind: ConfigMap\n...\napiVersion: v1\nkind: Pod\nspec: {hostNetwork: true}'],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 4: another document begins without a line of `---`, and kubectl would leave it out.',
    ],
    ['a text', ['hello'], 'image/manifest-unreadable', '0.yaml holds what is no object at line 1.'],
    [
      'an object without a kind',
      ['a: 1'],
      'image/manifest-unreadable',
      '0.yaml holds an object without "kind" at line 1.',
    ],
    [
      'an object without a version',
      ['kind: Deployment'],
      'image/manifest-unreadable',
      '0.yaml holds an object without "apiVersion" at line 1.',
    ],
    [
      'one key twice',
      ['kind: Pod\nkind: ConfigMap'],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 2: the key "kind" stands twice in one mapping.',
    ],
    [
      'an alias to nothing',
      ['a: *b'],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 1: the alias *b leads nowhere.',
    ],
    [
      'an alias in its own anchor',
      ['a: &b [*b]'],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 1: the alias *b leads nowhere.',
    ],
    [
      'a Helm template',
      ['{{- if .Values.on }}\nkind: Pod\n{{- end }}'],
      'image/manifest-not-rendered',
      '0.yaml is a template: "{{" stands at line 1.',
    ],
    [
      'a template that happens to be YAML',
      [
        'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: "{{ .Values.image }}"}]',
      ],
      'image/manifest-not-rendered',
      '0.yaml is a template: "{{" stands at line 5.',
    ],
    [
      'a workload without pods',
      ['apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}'],
      'image/manifest-unreadable',
      'Deployment a in 0.yaml describes no pods: spec.template.spec is missing.',
    ],
    [
      'too many signs',
      [`a: ${'b'.repeat(2 ** 21)}`],
      'image/manifest-too-large',
      '0.yaml holds a document of 2097155 signs, more than are read, from line 1 on.',
    ],
    [
      'a depth that no schema has',
      [`a: ${'['.repeat(400)}${']'.repeat(400)}`],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 1: it is nested deeper than 200 levels.',
    ],
    [
      'a depth beyond the stack',
      ['- '.repeat(100_000)],
      'image/manifest-unreadable',
      '0.yaml cannot be read at line 1: it is nested deeper than 200 levels.',
    ],
  ])('%s is named, and is never a clean manifest', (_, texts, code, why) => {
    const {flaws, unread} = checkManifests(
      texts.map((text, index) => ({path: `${index}.yaml`, text})),
      defaults,
    )
    expect(flaws).toEqual([])
    expect(unread.map(each => [each.code, each.why])).toEqual([[code, why]])
  })

  test.each([
    ['chart/Chart.yaml', 'chart/Chart.yaml is a part of a Helm chart, no manifest.'],
    ['chart/values.yaml', 'chart/values.yaml is a part of a Helm chart, no manifest.'],
    ['k8s/kustomization.yaml', 'k8s/kustomization.yaml is the source of a Kustomize build, no manifest.'],
  ])('%s is a source, and not rendered', (path, why) => {
    expect(checkManifests([{path, text: 'name: a'}], defaults).unread).toMatchObject([
      {code: 'image/manifest-not-rendered', why},
    ])
  })

  test('a broken document hides none beside it', () => {
    const {workloads, unread} = check(`a: b: c\n---\n${careful}`)
    expect(workloads).toHaveLength(1)
    expect(unread).toHaveLength(1)
  })

  test('a list that repeats itself is read once for each object, not without end', () => {
    const text = `apiVersion: v1\nkind: List\nitems: [${Array.from({length: 5}, (_, i) => `&a${i} {apiVersion: v1, kind: List, items: [${i === 0 ? '' : `*a${i - 1}, *a${i - 1}`}]}`).join(', ')}]`
    expect(check(text).unread[0]?.why).toContain('a list of objects lies in a list of objects')
  })

  test('more objects than are read are named', () => {
    const {unread} = check('apiVersion: v1\nkind: ConfigMap\n---\n'.repeat(5001))
    expect(unread.map(({code, line}) => [code, line])).toEqual([['image/manifest-too-large', 15_002]])
  })

  test('a container that is repeated by its alias is not repeated without end', () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nx: &c {name: a, image: b}\nspec:\n  containers:\n${'  - *c\n'.repeat(20_001)}`
    const {flaws, unread} = check(text)
    expect(flaws).toEqual([])
    expect(unread.map(({code}) => code)).toEqual(['image/manifest-too-large'])
  })

  test('an object of the same name hides none that a Rollout points to', () => {
    const of = (apiVersion: string, more: string) =>
      `apiVersion: ${apiVersion}\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {${more} containers: [{name: b, image: c}]}}}\n---\n`
    const rollout =
      'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\nspec: {workloadRef: {kind: Deployment, name: a}}'
    const ids = check(`${of('apps/v1', 'hostPID: true,')}${of('example.com/v1', '')}${rollout}`).flaws.map(({id}) => id)
    expect(ids).toContain('k8s-host-namespaces')
  })

  test('whatever stands in them, the answer comes and is not clean', () => {
    const words = fc.constantFrom(
      'a: ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '\n',
      '  ',
      '&x ',
      '*x',
      '<<: ',
      '"',
      "'",
      '|\n',
      '{{',
      '---\n',
      'kind: Pod',
      'apiVersion: v1\n',
      '__proto__: ',
      '!!binary ',
      '? ',
      '# ',
      '\t',
      '\u0000',
      'spec: ',
    )
    fc.assert(
      fc.property(fc.array(words, {maxLength: 60}), parts => {
        const {flaws, unread} = check(parts.join(''))
        expect(flaws.length + unread.length).toBeGreaterThan(0)
      }),
    )
  })
})
