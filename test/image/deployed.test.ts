import {describe, expect, test} from 'vitest'
import {deployedFindings} from '../../src/image/deployed.ts'
import {digestA, digestB} from './scans.ts'

const name = 'registry.example.com/ml/credit'
const workload = (...images: readonly string[]) => [{label: 'Deployment credit', images}]
const reasons = (images: readonly string[], label = `${name}:v2`) =>
  deployedFindings(workload(...images), label, [digestA]).map(({verdict, reason}) => `${verdict} ${reason}`)

describe('manifests that are judged with an image', () => {
  test.each([
    ['by its digest', [`${name}@${digestA}`]],
    ['by tag and digest', [`${name}:v2@${digestA}`]],
    ['by a tag, which another check asks about', [`${name}:v2`]],
    ['beside a sidecar', [`${name}@${digestA}`, 'envoyproxy/envoy:v1.31']],
  ])('may name it %s', (_, images) => {
    expect(reasons(images)).toEqual([])
  })

  test('may not deploy other bytes under its name', () => {
    expect(reasons([`${name}@${digestB}`])).toEqual(['fail image/manifests-deploy-another-image'])
    expect(deployedFindings(workload(`${name}@${digestB}`), name, [digestA])[0]?.what).toContain(digestB)
  })

  test('that do not use it at all are perhaps those of something else', () => {
    expect(reasons(['registry.example.com/ml/fraud:v2'])).toEqual(['warn image/manifests-without-this-image'])
  })

  test('cannot hold the name of an image that lies in a folder, nor be compared with a digest that nobody knows', () => {
    expect(reasons([`${name}@${digestB}`], './layout')).toEqual([])
    expect(deployedFindings(workload(`${name}@${digestB}`), name, [])).toEqual([])
  })

  test('of which there are none say nothing', () => {
    expect(deployedFindings([], name, [digestA])).toEqual([])
  })
})
